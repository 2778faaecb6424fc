import type { Services, SignInMethod } from '@/context';
import { Invalid, Unauthenticated } from '@/errors';
import { auditSignIn } from './audit-sign-in';
import { notifyOfBreakGlass } from './break-glass';
import { forgetShownFactors } from './forget-factors';
import { verifyPasskey } from './passkeys';
import { requireFresh, requireOwnCredentials, type Person } from './person';
import { takeRecoveryCode } from './recovery-codes';
import type { ConfirmTotpInput, Proof } from './schemas';
import {
  createSession,
  digestOf,
  PATIENT,
  readPendingSession,
  rotateSession,
  type Device,
  type Opened,
} from './sessions';
import { tellOfChange } from './tell-change';
import { countAttempt, FACTOR_ATTEMPTS, forgetAttempts } from './throttle';
import { checkTotp, newTotpSecret, qrSvg, totpUri } from './totp';

const ENROL_MS = 10 * 60_000;
const WRONG = 'That is not right, or was used before. Try the next code.';
const purposeOf = (userId: string) => `totp ${userId}`;

export interface TotpOffer {
  readonly secret: string;
  readonly svg: string;
  /** The same secret, sealed for this person: nothing is stored before a code proves that the app has it. */
  readonly offer: string;
}

export async function offerTotp(person: Person): Promise<TotpOffer> {
  requireFresh(person);
  await requireOwnCredentials(person);
  const { email } = await person.db.prisma.appUser.findUniqueOrThrow({
    where: { id: person.userId },
    select: { email: true },
  });
  const secret = newTotpSecret();
  const until = new Date(person.now().getTime() + ENROL_MS);
  return {
    secret,
    svg: qrSvg(totpUri({ secret, account: email, issuer: 'Belvedere' })),
    offer: person.sealer.seal(`${purposeOf(person.userId)} ${secret}`, until),
  };
}

/**
 * Keeps the authenticator app once it has shown a right code. An earlier one is replaced. Returns the session's new token: it
 * has shown a second factor now. Throws Invalid.
 */
export async function confirmTotp(person: Person, input: ConfirmTotpInput): Promise<string> {
  requireFresh(person);
  await requireOwnCredentials(person);
  await countAttempt(person, `factor ${person.userId}`, person.device.address, FACTOR_ATTEMPTS);
  const prefix = `${purposeOf(person.userId)} `;
  const text = person.sealer.open(input.offer, person.now());
  if (!text?.startsWith(prefix))
    throw new Invalid('This took too long. Begin again.', { code: 'Begin again.' });
  const secret = text.slice(prefix.length);
  const step = checkTotp(secret, input.code, { now: person.now(), lastStep: null });
  if (step === null) {
    throw new Invalid('The code is not right.', {
      code: 'The code is not right. Is the clock of your phone right?',
    });
  }
  await forgetAttempts(person, `factor ${person.userId}`, person.device.address);
  await person.db.prisma.appUser.update({
    where: { id: person.userId },
    data: {
      totpSecret: person.vault.encrypt(secret, purposeOf(person.userId)),
      totpConfirmedAt: person.now(),
      totpLastStep: step,
    },
  });
  tellOfChange(person, person, 'totp-added');
  await auditSignIn(person, person.userId, person.device, { action: 'factor.totp-added' });
  return rotateSession(person, person.session.id, { secondFactor: true });
}

export async function removeTotp(person: Person): Promise<void> {
  requireFresh(person);
  await requireOwnCredentials(person);
  const { count } = await person.db.prisma.appUser.updateMany({
    where: { id: person.userId, totpConfirmedAt: { not: null } },
    data: { totpSecret: null, totpConfirmedAt: null, totpLastStep: null },
  });
  // There was none: nothing changed that anybody had to hear of.
  if (count === 0) return;
  tellOfChange(person, person, 'totp-removed');
  await forgetShownFactors(person.db.prisma, person.userId);
  await auditSignIn(person, person.userId, person.device, { action: 'factor.totp-removed' });
}

/** True once for each code: the step is taken in the statement that compares it. */
async function takeTotp(services: Services, userId: string, code: string): Promise<boolean> {
  const user = await services.db.prisma.appUser.findUnique({
    where: { id: userId },
    select: { totpSecret: true, totpConfirmedAt: true, totpLastStep: true },
  });
  if (!user?.totpSecret || !user.totpConfirmedAt) return false;
  const secret = services.vault.decrypt(user.totpSecret, purposeOf(userId));
  const step = checkTotp(secret, code, { now: services.now(), lastStep: user.totpLastStep });
  if (step === null) return false;
  const { count } = await services.db.prisma.appUser.updateMany({
    where: { id: userId, OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] },
    data: { totpLastStep: step },
  });
  return count === 1;
}

/**
 * True where the proof is the person's, and takes it, so that it proves nothing again. Counts as an attempt to sign in; throws
 * LimitReached. Passwords are not for here.
 */
export async function proveFactor(
  services: Services,
  userId: string,
  proof: Exclude<Proof, { kind: 'password' }>,
  device: Pick<Device, 'address'>,
): Promise<boolean> {
  await countAttempt(services, `factor ${userId}`, device.address, FACTOR_ATTEMPTS);
  const isRight =
    proof.kind === 'totp'
      ? await takeTotp(services, userId, proof.code)
      : proof.kind === 'recovery'
        ? await takeRecoveryCode(services, userId, proof.code)
        : await verifyPasskey(services, { userId, response: proof.response, needsPin: false });
  if (isRight) await forgetAttempts(services, `factor ${userId}`, device.address);
  else await auditSignIn(services, userId, device, { action: 'factor.refused', reason: proof.kind });
  return isRight;
}

/** The second half of a sign-in: a new session in place of the one that owed it. Throws Unauthenticated, Invalid. */
export async function completeSignIn(
  services: Services,
  pendingToken: string | null,
  proof: Exclude<Proof, { kind: 'password' }>,
  device: Device,
): Promise<Opened> {
  const pending = pendingToken === null ? null : await readPendingSession(services, pendingToken);
  if (!pending || pendingToken === null) throw new Unauthenticated('This took too long. Sign in again.');
  const { userId } = pending;
  const method = pending.method as SignInMethod;
  // A recovery code began a break-glass sign-in: the second factor has to be another thing.
  const mayTry = !(method === 'break-glass' && proof.kind === 'recovery');
  if (!mayTry || !(await proveFactor(services, userId, proof, device)))
    throw new Invalid(WRONG, { code: WRONG });
  const token = await services.db.prisma.$transaction(async (tx) => {
    // A password that is changed at this moment ends this session as well, or has ended what it began with.
    await tx.$queryRaw`select id from app_user where id = ${userId}::uuid for share`;
    const { count } = await tx.authSession.deleteMany({
      where: { tokenHash: digestOf(pendingToken), stage: 'factor' },
    });
    if (count === 0) throw new Unauthenticated('This took too long. Sign in again.');
    return createSession(
      { now: services.now, db: { prisma: tx } },
      { userId, method, device, hasSecondFactor: true, workspaceId: pending.workspaceId },
    );
  }, PATIENT);
  if (proof.kind === 'recovery') {
    tellOfChange(services, { userId, device }, 'code-used');
    await auditSignIn(services, userId, device, { action: 'factor.code-used' });
  }
  if (method === 'break-glass') await notifyOfBreakGlass(services, userId, pending.workspaceId, device);
  else
    await auditSignIn(services, userId, device, {
      action: 'session.opened',
      method: `${method} and ${proof.kind}`,
    });
  return { userId, token, stage: 'open' };
}
