import type { Services } from '@/context';
import { Invalid, NotFound } from '@/errors';
import { hashPassword } from '@/features/auth/password';
import { digestOf } from '@/features/auth/sessions';
import { checkTotp, newTotpSecret, qrSvg, totpUri } from '@/features/auth/totp';
import { SetupToken, type SetUpInput } from './schemas';
import { openStaffSession } from './sessions';
import { totpPurpose } from './sign-in';

export interface Setup {
  readonly name: string;
  readonly email: string;
  /** Base32, to type where no camera is. */
  readonly secret: string;
  readonly qr: string;
}

const openSetup = (services: Services, token: string) => ({
  setupDigest: digestOf(token),
  setupExpiresAt: { gt: services.now() },
  revokedAt: null,
});

interface Pending {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly secret: string;
}

/** A setup that goes on, with its secret; a page that is loaded twice shows the same one. */
async function pendingSecret(services: Services, token: string): Promise<Pending> {
  const find = () =>
    services.db.prisma.staffAccount.findFirst({
      where: openSetup(services, token),
      select: { id: true, name: true, email: true, totpSecret: true },
    });
  const staff = await find();
  if (!staff) throw new NotFound('setup link, or no longer: it works once, and for 24 hours');
  const purpose = totpPurpose(staff.id);
  if (staff.totpSecret === null) {
    await services.db.prisma.staffAccount.updateMany({
      where: { ...openSetup(services, token), totpSecret: null },
      data: { totpSecret: services.vault.encrypt(newTotpSecret(), purpose) },
    });
  }
  const stored = staff.totpSecret ?? (await find())?.totpSecret;
  if (!stored) throw new NotFound('setup link');
  const { id, name, email } = staff;
  return { id, name, email, secret: services.vault.decrypt(stored, purpose) };
}

/** What the page of a setup link shows; null where the link is not, or no longer, one. */
export async function readSetup(services: Services, token: string): Promise<Setup | null> {
  if (!SetupToken.safeParse(token).success) return null;
  const pending = await pendingSecret(services, token).catch((error: unknown) => {
    if (error instanceof NotFound) return null;
    throw error;
  });
  if (!pending) return null;
  const { name, email, secret } = pending;
  const uri = totpUri({ secret, account: email, issuer: 'Belvedere staff' });
  return { name, email, secret, qr: qrSvg(uri) };
}

/**
 * Sets the password and the second factor, once, and opens a session. Throws NotFound for a link that was used or is over,
 * and Invalid for a wrong code or a password that is easily guessed.
 */
export async function finishSetup(services: Services, input: SetUpInput, address: string): Promise<string> {
  const { id, name, email, secret } = await pendingSecret(services, input.token);
  const now = services.now();
  const step = checkTotp(secret, input.code, { now, lastStep: null });
  if (step === null) {
    const wrong = 'The code is not right. Check that the clock of your device is.';
    throw new Invalid(wrong, { code: wrong });
  }
  const passwordHash = await hashPassword(input.password, [name, email]);
  const { count } = await services.db.prisma.staffAccount.updateMany({
    where: { id, ...openSetup(services, input.token) },
    data: {
      passwordHash,
      totpConfirmedAt: now,
      totpLastStep: step,
      setupDigest: null,
      setupExpiresAt: null,
    },
  });
  if (count === 0) throw new NotFound('setup link, or no longer: it works once, and for 24 hours');
  return openStaffSession(services, id, address);
}
