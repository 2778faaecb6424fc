import type { Services } from '@/context';
import { inWorkspace } from '@/db/client';
import { Unauthenticated } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { auditSignIn, auditUnseen } from './audit-sign-in';
import { takeRecoveryCode } from './recovery-codes';
import type { BreakGlassInput } from './schemas';
import { createSession, type Device, type Opened } from './sessions';
import { tellOfChange } from './tell-change';
import { countAttempt, forgetAttempts } from './throttle';

const REFUSED = 'The address or the code is not right.';

interface Way {
  readonly user_id: string;
  readonly has_factor: boolean;
  readonly workspace_id: string | null;
}

/**
 * How an owner comes in while single sign-on is enforced and their identity provider does not answer: a recovery code, then
 * the second factor. Throws Unauthenticated in the same words for whatever is missing, after taking no code.
 */
export async function beginBreakGlass(
  services: Services,
  input: BreakGlassInput,
  device: Device,
): Promise<Opened> {
  await countAttempt(services, `break-glass ${input.email}`, device.address);
  const { rows } = await services.db.pool.query<Way>(
    `select u.id as user_id,
       u.totp_confirmed_at is not null or exists (select from passkey p where p.user_id = u.id) as has_factor,
       (select w.workspace_id from workspaces_of_user(u.id) w where w.role = 'owner' and w.enforce_sso limit 1) as workspace_id
     from app_user u where u.email = $1`,
    [input.email],
  );
  const way = rows[0];
  const isOpen = Boolean(way?.workspace_id && way.has_factor);
  if (!way || !isOpen || !(await takeRecoveryCode(services, way.user_id, input.code))) {
    if (way) {
      auditUnseen(services, way.user_id, device, { action: 'session.refused', reason: 'break-glass' });
    }
    throw new Unauthenticated(REFUSED);
  }
  tellOfChange(services, { userId: way.user_id, device }, 'code-used');
  await forgetAttempts(services, `break-glass ${input.email}`, device.address);
  await auditSignIn(services, way.user_id, device, { action: 'factor.code-used' }, way.workspace_id);
  const token = await createSession(services, {
    userId: way.user_id,
    method: 'break-glass',
    stage: 'factor',
    device,
    workspaceId: way.workspace_id,
  });
  return { userId: way.user_id, token, stage: 'factor' };
}

/** Everybody in the workspace learns that its single sign-on was gone round, by whom and from where. */
export async function notifyOfBreakGlass(
  services: Services,
  userId: string,
  workspaceId: string | null,
  device: Device,
): Promise<void> {
  if (!workspaceId) return;
  const { workspace, people, owner } = await inWorkspace(services.db, workspaceId, async (tx) => {
    const members = await tx.membership.findMany({
      where: { workspaceId, deactivatedAt: null },
      select: { userId: true },
    });
    recordAudit(
      tx,
      { workspaceId, now: services.now, address: device.address },
      'session.break-glass',
      userId,
      {
        actor: { kind: 'user', id: userId },
      },
    );
    return {
      workspace: await tx.workspace.findUniqueOrThrow({ where: { id: workspaceId }, select: { name: true } }),
      people: await tx.appUser.findMany({
        where: { id: { in: members.map((member) => member.userId) } },
        select: { email: true },
      }),
      owner: await tx.appUser.findUniqueOrThrow({
        where: { id: userId },
        select: { name: true, email: true },
      }),
    };
  });
  const text = `${owner.name} (${owner.email}) came into ${workspace.name} at ${services.now().toISOString()} without single sign-on, with a recovery code and a second factor, from ${device.address}.

If nobody planned this, ask an owner now. The audit trail in Settings shows what was done.
`;
  await Promise.all(
    people.map(({ email }) =>
      services.mail.send({ to: email, subject: `Single sign-on of ${workspace.name} was gone round`, text }),
    ),
  );
}
