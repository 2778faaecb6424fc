import { Secret, TOTP } from 'otpauth';
import { renderSVG } from 'uqr';

const PERIOD_SECONDS = 30;
const DIGITS = 6;
const SECRET_BYTES = 20;

/** A new secret in base32, as authenticator apps take it (RFC 6238, SHA-1, 6 digits, 30 seconds). */
export const newTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

const totpOf = (secret: string, labels: { account?: string; issuer?: string } = {}) =>
  new TOTP({
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD_SECONDS,
    ...(labels.account ? { label: labels.account } : {}),
    ...(labels.issuer ? { issuer: labels.issuer } : {}),
  });

/** The otpauth:// address that a QR code carries. */
export const totpUri = (given: { secret: string; account: string; issuer: string }): string =>
  totpOf(given.secret, given).toString();

/** Drawn here, so that the secret goes to no service that draws. */
export const qrSvg = (uri: string): string => renderSVG(uri, { border: 2 });

/**
 * The time step that a code is of: this one, or one before or after for clocks that differ. Null where the code is wrong, or
 * of a step that was used: a code that somebody looked at opens nothing a second time.
 */
export function checkTotp(
  secret: string,
  code: string,
  { now, lastStep }: { now: Date; lastStep: bigint | null },
): bigint | null {
  const token = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const delta = totpOf(secret).validate({ token, timestamp: now.getTime(), window: 1 });
  if (delta === null) return null;
  const step = BigInt(Math.floor(now.getTime() / 1_000 / PERIOD_SECONDS) + delta);
  return lastStep !== null && step <= lastStep ? null : step;
}
