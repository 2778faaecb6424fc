import type { IdpCertificate, SamlRefusal } from '@/saml/types';
import type { Target } from './build-response';
import type { TestKeys } from './keys';

export interface AttackContext {
  /** Its request must be open when the attack is submitted. */
  readonly target: Target;
  readonly keys: TestKeys;
}

export interface Attack {
  /** The form field. */
  readonly samlResponse: string;
  /** How the connection must stand, and what happens before; nothing means: as it is set up by default. */
  readonly overrides?: {
    readonly allowUnsolicited?: boolean;
    readonly wantEncrypted?: boolean;
    readonly wantSignedAssertion?: boolean;
    readonly certificates?: readonly IdpCertificate[];
    /** Submitted before, and accepted. */
    readonly first?: string;
  };
}

export interface AttackCase {
  readonly name: string;
  readonly reason: SamlRefusal | readonly SamlRefusal[];
  build(context: AttackContext): Promise<Attack>;
}
