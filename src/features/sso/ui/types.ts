import type { ActionResult } from '@/ui/action-result';
import type { DomainFacts } from '../domains';
import type {
  AddCertificateInput,
  CertificateRef,
  ConnectionRef,
  CreateConnectionInput,
  DomainInput,
  EnforceInput,
  KeyRef,
  MappingInput,
  OptionsInput,
  ProviderInput,
} from '../schemas';
import type { Saved } from '../save-settings';

type Action<I, T> = (input: I) => Promise<ActionResult<T>>;

export interface SsoActions {
  readonly create: Action<CreateConnectionInput, { id: string }>;
  readonly changeProvider: Action<ProviderInput, Saved>;
  readonly refreshMetadata: Action<ConnectionRef, Saved>;
  readonly addCertificate: Action<AddCertificateInput, Saved>;
  readonly removeCertificate: Action<CertificateRef, Saved>;
  readonly changeMapping: Action<MappingInput, Saved>;
  readonly changeOptions: Action<OptionsInput, Saved>;
  readonly activate: Action<ConnectionRef, void>;
  readonly deactivate: Action<ConnectionRef, { sessions: number }>;
  readonly remove: Action<ConnectionRef, { sessions: number }>;
  readonly addDomain: Action<DomainInput, DomainFacts>;
  readonly checkDomain: Action<DomainInput, { isVerified: boolean; found: string }>;
  readonly removeDomain: Action<DomainInput, void>;
  readonly enforce: Action<EnforceInput, void>;
  readonly rotateKey: () => Promise<ActionResult<{ id: string }>>;
  readonly retireKey: Action<KeyRef, void>;
}
