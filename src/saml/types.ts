import { REFUSAL_TEXT } from './refusal-text';

export interface IdpCertificate {
  readonly pem: string;
  readonly subject: string;
  /** ISO instants. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
}

export interface IdpSettings {
  readonly entityId: string;
  readonly ssoUrl: string;
  readonly sloUrl: string | null;
  /** Every one that is valid now may have signed. What a message brings along is never a key. */
  readonly certificates: readonly IdpCertificate[];
}

export interface SpKey {
  readonly id: string;
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

export interface SpSettings {
  readonly entityId: string;
  readonly acsUrl: string;
  readonly sloUrl: string;
  /** The first signs; every one decrypts and stands in the metadata, so that a change of keys overlaps. */
  readonly keys: readonly SpKey[];
  /** Refuses an assertion that is not encrypted. Encrypted ones are always taken. */
  readonly wantEncrypted?: boolean;
  /**
   * False takes an assertion without a signature of its own out of a signed response: the response's
   * signature covers it. For providers that sign one of the two and never both. Everything else stays.
   */
  readonly wantSignedAssertion?: boolean;
}

export interface SamlLogin {
  readonly nameId: string;
  readonly nameIdFormat: string | null;
  readonly sessionIndex: string | null;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** When the person gave proof to the identity provider; what a repeated sign-in (`forceAuthn`) is judged by. */
  readonly authenticatedAt: Date;
  readonly sessionNotOnOrAfter: Date | null;
  /** Unique for one identity provider only: remember it together with the connection. */
  readonly assertionId: string;
  readonly inResponseTo: string | null;
  /** Until when its id has to be remembered. */
  readonly expiresAt: Date;
}

/** Why a message was refused. The word is ours; it never holds what the message said. */
export type SamlRefusal = keyof typeof REFUSAL_TEXT;

export class SamlRefused extends Error {
  constructor(readonly reason: SamlRefusal) {
    super(REFUSAL_TEXT[reason]);
    this.name = 'SamlRefused';
  }
}

/** Metadata or a certificate that cannot be used, in words for the person who entered it. */
export class MetadataRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MetadataRefused';
  }
}

export function refuse(reason: SamlRefusal): never {
  throw new SamlRefused(reason);
}
