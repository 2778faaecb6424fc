import { email as emailSchema } from '@/features/auth/schemas';
import type { SamlLogin } from '@/saml/types';
import { refuseLogin } from './refused';

/** The names of an identity provider's attributes; null: the usual ones below, in their order. */
export interface AttributeMap {
  readonly email: string | null;
  readonly name: string | null;
  readonly groups: string | null;
}

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const MICROSOFT = 'http://schemas.microsoft.com';

/** What Okta, Entra ID, Google, Keycloak and SimpleSAMLphp send unless they are told otherwise. */
export const usualAttributes = {
  email: [
    'email',
    'mail',
    'emailAddress',
    'emailaddress',
    'User.email',
    `${CLAIMS}/emailaddress`,
    'urn:oid:0.9.2342.19200300.100.1.3',
    'urn:oid:1.2.840.113549.1.9.1',
  ],
  name: [
    'displayName',
    'name',
    'cn',
    `${MICROSOFT}/identity/claims/displayname`,
    'urn:oid:2.16.840.1.113730.3.1.241',
    'urn:oid:2.5.4.3',
  ],
  givenName: ['firstName', 'givenName', 'first_name', `${CLAIMS}/givenname`, 'urn:oid:2.5.4.42'],
  surname: ['lastName', 'surname', 'sn', 'last_name', `${CLAIMS}/surname`, 'urn:oid:2.5.4.4'],
  groups: [
    'groups',
    'Groups',
    'memberOf',
    `${MICROSOFT}/ws/2008/06/identity/claims/groups`,
    `${MICROSOFT}/ws/2008/06/identity/claims/role`,
    'urn:oid:1.3.6.1.4.1.5923.1.5.1.1',
    'Role',
  ],
} as const;

const NAME_MAX = 80;

type Attributes = SamlLogin['attributes'];

/** Own keys alone: an attribute may be called "constructor". */
const valuesOf = (attributes: Attributes, name: string): readonly string[] =>
  Object.hasOwn(attributes, name) ? (attributes[name] ?? []) : [];

const isThere = (values: readonly string[]) => values.some((value) => value.trim() !== '');

function pick(attributes: Attributes, chosen: string | null, usual: readonly string[]): readonly string[] {
  const names = chosen === null ? usual : [chosen];
  return names.map((name) => valuesOf(attributes, name)).find(isThere) ?? [];
}

const firstOf = (attributes: Attributes, chosen: string | null, usual: readonly string[]) =>
  pick(attributes, chosen, usual)
    .map((value) => value.trim().replaceAll(/\s+/g, ' '))
    .find((value) => value !== '') ?? null;

/** One address and no other: which of two the identity provider meant is not for us to guess. */
function emailOf(login: SamlLogin, map: AttributeMap): string {
  const sent = pick(login.attributes, map.email, usualAttributes.email);
  const values = sent.length > 0 || map.email !== null ? sent : [login.nameId];
  const parsed = values.map((value) => emailSchema.safeParse(value));
  const emails = new Set(parsed.map((one) => (one.success ? one.data : '')));
  const [email] = emails;
  if (!email) return refuseLogin('no-email');
  return emails.size === 1 ? email : refuseLogin('several-emails');
}

function nameOf(login: SamlLogin, map: AttributeMap, email: string): string {
  const { attributes } = login;
  const parts = map.name === null ? [usualAttributes.givenName, usualAttributes.surname] : [];
  const inParts = parts.map((usual) => firstOf(attributes, null, usual)).filter((part) => part !== null);
  const name = firstOf(attributes, map.name, usualAttributes.name) ?? inParts.join(' ');
  return [...(name || (email.split('@')[0] ?? email))].slice(0, NAME_MAX).join('');
}

export interface Identity {
  readonly email: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** Who an assertion is about. Throws SsoRefused where it names no address, or more than one. */
export function identityOf(login: SamlLogin, map: AttributeMap): Identity {
  const email = emailOf(login, map);
  return {
    email,
    name: nameOf(login, map, email),
    groups: [...pick(login.attributes, map.groups, usualAttributes.groups)],
  };
}

export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1);
