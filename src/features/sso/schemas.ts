import { z } from 'zod';
import { roles } from '@/domain/permissions';

const METADATA_MAX = 1_000_000;
const connectionId = z.uuid('There is no such connection.');
const name = z
  .string()
  .trim()
  .min(1, 'Give the provider a name, such as Okta.')
  .max(60, 'A name has at most 60 characters.');
const attribute = z
  .string()
  .trim()
  .max(300, 'That is too long for the name of an attribute.')
  .transform((text) => (text === '' ? null : text))
  .nullable();

export const CreateConnectionInput = z.strictObject({ name });
export type CreateConnectionInput = z.infer<typeof CreateConnectionInput>;

export const ConnectionRef = z.strictObject({ connectionId });
export type ConnectionRef = z.infer<typeof ConnectionRef>;

/** What an owner tells about the identity provider: its metadata, an address of it, or each field. */
export const ProviderInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('xml'),
    connectionId,
    xml: z
      .string()
      .min(1, 'Paste the metadata, or choose a file.')
      .max(METADATA_MAX, 'The metadata is larger than 1 MB.'),
  }),
  z.strictObject({
    kind: z.literal('url'),
    connectionId,
    url: z
      .string()
      .trim()
      .min(1, 'Give the address of the metadata.')
      .max(2_000, 'That is too long for an address.'),
  }),
  z.strictObject({
    kind: z.literal('fields'),
    connectionId,
    entityId: z
      .string()
      .trim()
      .min(1, 'Give the entity ID of the provider.')
      .max(1_024, 'That is too long for an entity ID.'),
    ssoUrl: z
      .string()
      .trim()
      .min(1, 'Give the sign-in address of the provider.')
      .max(2_000, 'That is too long for an address.'),
    sloUrl: z.string().trim().max(2_000, 'That is too long for an address.'),
    certificate: z.string().trim().max(20_000, 'This is not one certificate.'),
  }),
]);
export type ProviderInput = z.infer<typeof ProviderInput>;

export const AddCertificateInput = z.strictObject({
  connectionId,
  certificate: z.string().trim().min(1, 'Paste a certificate.').max(20_000, 'This is not one certificate.'),
});
export type AddCertificateInput = z.infer<typeof AddCertificateInput>;

export const CertificateRef = z.strictObject({
  connectionId,
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
});
export type CertificateRef = z.infer<typeof CertificateRef>;

export const MappingInput = z.strictObject({
  connectionId,
  email: attribute,
  name: attribute,
  groups: attribute,
});
export type MappingInput = z.infer<typeof MappingInput>;

export const OptionsInput = z.strictObject({
  connectionId,
  name,
  defaultRole: z
    .enum(roles, 'Choose a role.')
    .exclude(['owner'], 'Nobody becomes an owner by default. Choose another role.'),
  groupRules: z
    .array(
      z.strictObject({
        group: z
          .string()
          .trim()
          .min(1, 'Name the group.')
          .max(300, 'That is too long for the name of a group.'),
        role: z.enum(roles, 'Choose a role.'),
      }),
    )
    .max(100, 'At most 100 groups can be named.'),
  isJitOn: z.boolean(),
  allowIdpInitiated: z.boolean(),
  wantEncrypted: z.boolean(),
  wantSignedAssertion: z.boolean(),
});
export type OptionsInput = z.infer<typeof OptionsInput>;

export const DomainInput = z.strictObject({
  domain: z
    .string()
    .trim()
    .min(1, 'Give a domain, such as example.com.')
    .max(254, 'That is too long for a domain.'),
});
export type DomainInput = z.infer<typeof DomainInput>;

export const EnforceInput = z.strictObject({ isEnforced: z.boolean() });
export type EnforceInput = z.infer<typeof EnforceInput>;

export const KeyRef = z.strictObject({ keyId: z.uuid('There is no such key.') });
export type KeyRef = z.infer<typeof KeyRef>;
