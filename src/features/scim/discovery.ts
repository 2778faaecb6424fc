import { PAGE_MAX, listResponse } from './list-request';
import { GROUP_SCHEMA, USER_SCHEMA, baseUrl } from './resources';

interface Attribute {
  readonly name: string;
  readonly type?: 'string' | 'boolean' | 'complex' | 'reference';
  readonly description: string;
  readonly required?: true;
  readonly caseExact?: true;
  readonly multiValued?: true;
  readonly mutability?: 'readOnly' | 'readWrite';
  readonly returned?: 'always';
  readonly uniqueness?: 'server';
  readonly subAttributes?: readonly Attribute[];
}

/** All characteristics of RFC 7643, 7, those that are not said with their standard value. */
function described(attribute: Attribute): object {
  const { subAttributes, ...said } = attribute;
  return {
    ...{ type: 'string', multiValued: false, required: false, caseExact: false },
    ...{ mutability: 'readWrite', returned: 'default', uniqueness: 'none' },
    ...said,
    ...(subAttributes ? { subAttributes: subAttributes.map(described) } : {}),
  };
}

const userAttributes: readonly Attribute[] = [
  {
    name: 'userName',
    description:
      'The email address that the person signs in with, of a domain that the workspace has verified.',
    required: true,
    uniqueness: 'server',
  },
  {
    name: 'name',
    type: 'complex',
    description: 'The parts of the name.',
    subAttributes: [
      { name: 'formatted', description: 'The whole name.' },
      { name: 'givenName', description: 'The given name.' },
      { name: 'familyName', description: 'The family name.' },
    ],
  },
  { name: 'displayName', description: 'The name that is shown.' },
  {
    name: 'emails',
    type: 'complex',
    multiValued: true,
    description: 'One address, for work. Mail goes to userName.',
    subAttributes: [
      { name: 'value', description: 'The address.' },
      { name: 'type', description: 'Always work.' },
      { name: 'primary', type: 'boolean', description: 'Always true.' },
    ],
  },
  { name: 'active', type: 'boolean', description: 'Whether the person may enter the workspace.' },
  {
    name: 'groups',
    type: 'complex',
    multiValued: true,
    mutability: 'readOnly',
    description: 'The groups that the person is in.',
    subAttributes: [
      { name: 'value', mutability: 'readOnly', description: 'The id of the group.' },
      { name: 'display', mutability: 'readOnly', description: 'The name of the group.' },
      { name: '$ref', type: 'reference', mutability: 'readOnly', description: 'Where the group is.' },
    ],
  },
];

const groupAttributes: readonly Attribute[] = [
  {
    name: 'displayName',
    description: 'The name of the group. Rules in Belvedere give it a role.',
    required: true,
    uniqueness: 'server',
  },
  {
    name: 'members',
    type: 'complex',
    multiValued: true,
    description: 'The people in the group.',
    subAttributes: [
      { name: 'value', description: 'The id of the user.' },
      { name: 'display', mutability: 'readOnly', description: 'The name of the user.' },
      { name: '$ref', type: 'reference', mutability: 'readOnly', description: 'Where the user is.' },
    ],
  },
];

function schema(id: string, name: string, attributes: readonly Attribute[], base: string) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    name,
    description: `${name} as Belvedere keeps it`,
    attributes: attributes.map(described),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
  };
}

function resourceType(name: 'User' | 'Group', schemaId: string, base: string) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    endpoint: `/${name}s`,
    description: name === 'User' ? 'A member of the workspace' : 'A group of members',
    schema: schemaId,
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
  };
}

function serviceProviderConfig(base: string) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: PAGE_MAX },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A provisioning token of the workspace, made in Belvedere under Settings, Provisioning.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

const find = (all: readonly { readonly id: string }[], id: string): object | null =>
  all.find((one) => one.id.toLowerCase() === id.toLowerCase()) ?? null;

/** What the service can do (RFC 7644, 4); null for what is not there. */
export function discover(path: readonly string[], appUrl: string): object | null {
  const base = baseUrl(appUrl);
  const [kind = '', id, ...rest] = path;
  if (rest.length > 0) return null;
  const of = (all: readonly { readonly id: string }[]) =>
    id === undefined ? listResponse(all, all.length, 1) : find(all, id);
  switch (kind.toLowerCase()) {
    case 'serviceproviderconfig':
      return id === undefined ? serviceProviderConfig(base) : null;
    case 'resourcetypes':
      return of([resourceType('User', USER_SCHEMA, base), resourceType('Group', GROUP_SCHEMA, base)]);
    case 'schemas':
      return of([
        schema(USER_SCHEMA, 'User', userAttributes, base),
        schema(GROUP_SCHEMA, 'Group', groupAttributes, base),
      ]);
    default:
      return null;
  }
}
