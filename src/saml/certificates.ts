import { X509Certificate } from 'node:crypto';
import { MetadataRefused, refuse, type IdpCertificate, type IdpSettings } from './types';

const MIN_RSA_BITS = 2048;
const MAX_CHARACTERS = 20_000;

function parse(text: string): X509Certificate {
  const base64 = text.replace(/-----(?:BEGIN|END) CERTIFICATE-----/g, '').replace(/\s+/g, '');
  if (text.length > MAX_CHARACTERS || !/^[A-Za-z\d+/]+={0,2}$/.test(base64)) {
    throw new MetadataRefused('This is not one certificate. Enter it as PEM or base64.');
  }
  const bytes = Buffer.from(base64, 'base64');
  const certificate = read(bytes);
  // The reader stops at the end of the first certificate; a second one behind it would go unseen.
  if (certificate?.raw.length !== bytes.length) {
    throw new MetadataRefused('The certificate could not be read. Enter it as PEM or base64.');
  }
  return certificate;
}

function read(bytes: Buffer): X509Certificate | null {
  try {
    return new X509Certificate(bytes);
  } catch {
    return null;
  }
}

/**
 * One certificate, whose key must be RSA of at least 2048 bits: the SAML library verifies no other kind.
 * @throws MetadataRefused
 */
export function certificateOf(pemOrBase64: string): IdpCertificate {
  const certificate = parse(pemOrBase64);
  const key = certificate.publicKey;
  if (key.asymmetricKeyType !== 'rsa') {
    throw new MetadataRefused(
      'The certificate holds no RSA key. Let the identity provider sign with RSA and SHA-256.',
    );
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) {
    throw new MetadataRefused(
      `The key of the certificate is too short. It needs at least ${MIN_RSA_BITS} bits.`,
    );
  }
  return {
    pem: certificate.toString(),
    subject: certificate.subject.replace(/\s*\n\s*/g, ', '),
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** The pinned certificates that are valid at `now`. @throws SamlRefused if none is. */
export function currentPems(idp: IdpSettings, now: Date): string[] {
  const current = idp.certificates.filter(
    ({ notBefore, notAfter }) =>
      Date.parse(notBefore) <= now.getTime() && now.getTime() < Date.parse(notAfter),
  );
  return current.length > 0 ? current.map(({ pem }) => pem) : refuse('certificate-expired');
}
