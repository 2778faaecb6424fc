import type { Services } from '@/context';
import { Unauthenticated } from '@/errors';
import { verifyPassword } from '@/features/auth/password';
import { countAttempt, forgetAttempts } from '@/features/auth/throttle';
import { checkTotp } from '@/features/auth/totp';
import type { StaffSignInInput } from './schemas';
import { openStaffSession } from './sessions';

const WRONG = 'The email address, the password or the code is not right. A code works once.';
/** Checked for addresses that are nobody's, so that they take as long. */
const DECOY_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

export const totpPurpose = (staffId: string) => `staff totp ${staffId}`;

/** Each code opens one session: of two requests with the same one, the second finds its step taken. */
async function takeStep(services: Services, staffId: string, step: bigint): Promise<boolean> {
  const { count } = await services.db.prisma.staffAccount.updateMany({
    where: { id: staffId, revokedAt: null, OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] },
    data: { totpLastStep: step },
  });
  return count === 1;
}

/** The member of staff whose password and code these are; null for everybody else, after the same work. */
async function recognise(services: Services, input: StaffSignInInput): Promise<string | null> {
  const found = await services.db.prisma.staffAccount.findFirst({
    where: { email: input.email, revokedAt: null, totpConfirmedAt: { not: null } },
    select: { id: true, passwordHash: true, totpSecret: true, totpLastStep: true },
  });
  const matches = await verifyPassword(found?.passwordHash ?? null, input.password);
  const secret = found?.totpSecret
    ? services.vault.decrypt(found.totpSecret, totpPurpose(found.id))
    : DECOY_SECRET;
  const step = checkTotp(secret, input.code, {
    now: services.now(),
    lastStep: found?.totpLastStep ?? null,
  });
  if (!found?.totpSecret || !matches || step === null) return null;
  return (await takeStep(services, found.id, step)) ? found.id : null;
}

/** Returns the token of a new session. Throws Unauthenticated in the same words whatever was wrong, and LimitReached. */
export async function signInStaff(
  services: Services,
  input: StaffSignInInput,
  address: string,
): Promise<string> {
  const account = `staff ${input.email}`;
  await countAttempt(services, account, address);
  const staffId = await recognise(services, input);
  if (!staffId) throw new Unauthenticated(WRONG);
  await forgetAttempts(services, account, address);
  return openStaffSession(services, staffId, address);
}
