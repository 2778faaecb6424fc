import { randomUUID } from 'node:crypto';
import type { Services } from '@/context';
import { inWorkspace } from '@/db/client';
import { Conflict } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { sendVerification } from './email-links';
import { hashPassword } from './password';
import type { SignUpInput } from './schemas';
import type { Device } from './sessions';
import { countAttempt } from './throttle';

/** A person, their workspace and their ownership of it: all three or none. */
export async function signUp(
  services: Services,
  input: SignUpInput,
  device: Device,
): Promise<{ userId: string; workspaceId: string }> {
  await countAttempt(services, `sign-up ${input.email}`, device.address);
  const passwordHash = await hashPassword(input.password, [input.name, input.email, input.workspace]);
  const userId = randomUUID();
  const workspaceId = randomUUID();
  await inWorkspace(services.db, workspaceId, async (tx) => {
    const { count } = await tx.appUser.createMany({
      data: [{ id: userId, email: input.email, name: input.name, passwordHash, createdAt: services.now() }],
      skipDuplicates: true,
    });
    if (count === 0) throw new Conflict('This email address has an account already. Sign in instead.');
    await tx.workspace.create({
      data: { id: workspaceId, name: input.workspace, createdAt: services.now() },
    });
    await tx.membership.create({ data: { workspaceId, userId, role: 'owner', createdAt: services.now() } });
    recordAudit(
      tx,
      { workspaceId, now: services.now, address: device.address },
      'workspace.created',
      workspaceId,
      {
        actor: { kind: 'user', id: userId },
      },
    );
  });
  await sendVerification(services, userId);
  return { userId, workspaceId };
}
