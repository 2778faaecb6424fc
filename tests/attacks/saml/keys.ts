import { createHash, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import type { IdpCertificate, SpKey } from '@/saml/types';

export interface KeyPair {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

export interface TestKeys {
  /** What the connection pins. */
  readonly idp: KeyPair;
  /** The same key pair under a certificate that ended, and one that has not begun. */
  readonly idpExpired: KeyPair;
  readonly idpFuture: KeyPair;
  /** Another workspace's identity provider, or an attacker's own key: both are keys we do not pin. */
  readonly other: KeyPair;
  readonly sp: KeyPair;
  /** The key that the service provider is leaving. */
  readonly spOlder: KeyPair;
}

interface Validity {
  readonly from: string;
  readonly to: string;
}

const LONG: Validity = { from: '2025-01-01T00:00:00Z', to: '2045-01-01T00:00:00Z' };

async function pair(name: string, { from, to }: Validity = LONG, key?: KeyPair): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(to),
    ...(key === undefined
      ? {}
      : {
          keyPair: {
            privateKey: key.privateKeyPem,
            publicKey: new X509Certificate(key.certificatePem).publicKey
              .export({ type: 'spki', format: 'pem' })
              .toString(),
          },
        }),
  });
  return { privateKeyPem: made.private, certificatePem: made.cert };
}

async function make(): Promise<TestKeys> {
  const [idp, other, sp, spOlder] = await Promise.all(
    ['idp', 'idp', 'sp', 'sp-older'].map((name) => pair(`${name}.example`)),
  );
  if (idp === undefined || other === undefined || sp === undefined || spOlder === undefined)
    throw new Error('No keys.');
  const idpExpired = await pair(
    'idp.example',
    { from: '2020-01-01T00:00:00Z', to: '2021-01-01T00:00:00Z' },
    idp,
  );
  const idpFuture = await pair(
    'idp.example',
    { from: '2043-01-01T00:00:00Z', to: '2044-01-01T00:00:00Z' },
    idp,
  );
  return { idp, idpExpired, idpFuture, other, sp, spOlder };
}

let made: Promise<TestKeys> | undefined;

/** Made once per process; nothing of it is ever written down. */
export function testKeys(): Promise<TestKeys> {
  made ??= make();
  return made;
}

/** Not the product's own reading, so that a fault in it shows. */
export function pinned({ certificatePem }: KeyPair): IdpCertificate {
  const certificate = new X509Certificate(certificatePem);
  return {
    pem: certificatePem,
    subject: certificate.subject,
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
  };
}

export function spKey(id: string, pairOfKeys: KeyPair): SpKey {
  return { id, ...pairOfKeys };
}
