import type { IdpCertificate } from '@/saml/types';

const DAY_MS = 86_400_000;
/** Days before a certificate ends at which owners are told. */
export const WARN_DAYS = [7, 30] as const;

/** Whole days that a certificate is valid for still; negative once it is over. */
export const daysLeft = (certificate: Pick<IdpCertificate, 'notAfter'>, now: Date): number =>
  Math.floor((Date.parse(certificate.notAfter) - now.getTime()) / DAY_MS);

export type CertificateState = 'valid' | 'soon' | 'over' | 'future';

export function certificateState(
  certificate: Pick<IdpCertificate, 'notBefore' | 'notAfter'>,
  now: Date,
): CertificateState {
  if (Date.parse(certificate.notBefore) > now.getTime()) return 'future';
  if (Date.parse(certificate.notAfter) <= now.getTime()) return 'over';
  return daysLeft(certificate, now) < 30 ? 'soon' : 'valid';
}

/** The nearest mark that is reached, 7 or 30; null while there is more time, and when it is too late. */
export function markReached(certificate: Pick<IdpCertificate, 'notAfter'>, now: Date): number | null {
  if (Date.parse(certificate.notAfter) <= now.getTime()) return null;
  return WARN_DAYS.find((days) => Date.parse(certificate.notAfter) - now.getTime() <= days * DAY_MS) ?? null;
}
