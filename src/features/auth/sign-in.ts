import type { Services } from '@/context';
import { Unauthenticated } from '@/errors';
import { auditSignIn, auditUnseen } from './audit-sign-in';
import { verifyPassword } from './password';
import type { SignInInput } from './schemas';
import { createSession, PATIENT, type Device, type Opened } from './sessions';
import { countAttempt, forgetAttempts } from './throttle';

const WRONG = 'The email address or the password is not right.';

interface Known {
  readonly id: string;
  readonly passwordHash: string;
}

/**
 * Holds the person's row: a password that is changed while it is checked ends this session with the others, or was changed
 * before, and then there is none. The same for a second factor that is added meanwhile.
 */
async function open(services: Services, known: Known, device: Device): Promise<Opened | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ has_factor: boolean }[]>`
      select u.totp_confirmed_at is not null or exists (select from passkey p where p.user_id = u.id) as has_factor
      from app_user u where u.id = ${known.id}::uuid and u.password_hash = ${known.passwordHash} for share of u`;
    if (!row) return null;
    const stage = row.has_factor ? 'factor' : 'open';
    const token = await createSession(
      { now: services.now, db: { prisma: tx } },
      { userId: known.id, method: 'password', device, stage },
    );
    return { userId: known.id, token, stage };
  }, PATIENT);
}

/** Checks a password and opens a session. Says the same, after the same work, whether the address is known or not. */
export async function signIn(services: Services, input: SignInInput, device: Device): Promise<Opened> {
  await countAttempt(services, input.email, device.address);
  const user = await services.db.prisma.appUser.findUnique({
    where: { email: input.email },
    select: { id: true, passwordHash: true },
  });
  const passwordHash = user?.passwordHash ?? null;
  const matches = await verifyPassword(passwordHash, input.password);
  const opened =
    user && passwordHash && matches ? await open(services, { id: user.id, passwordHash }, device) : null;
  if (!opened) {
    if (user) auditUnseen(services, user.id, device, { action: 'session.refused', reason: 'password' });
    throw new Unauthenticated(WRONG);
  }
  await forgetAttempts(services, input.email, device.address);
  if (opened.stage === 'open') {
    await auditSignIn(services, opened.userId, device, { action: 'session.opened', method: 'password' });
  }
  return opened;
}
