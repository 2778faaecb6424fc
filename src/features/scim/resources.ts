import type { Profile } from './user-input';

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';

export const baseUrl = (appUrl: string) => `${appUrl}/scim/v2`;

export interface Reference {
  readonly id: string;
  readonly name: string;
}

export interface ScimUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly externalId: string | null;
  readonly profile: Profile;
  readonly isActive: boolean;
  readonly role: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly groups: readonly Reference[];
}

export interface ScimGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly members: readonly Reference[];
}

const known = (record: Readonly<Record<string, string | null | undefined>>) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));

const references = (base: string, kind: 'Users' | 'Groups', all: readonly Reference[]) =>
  all.map(({ id, name }) => ({ value: id, display: name, $ref: `${base}/${kind}/${id}` }));

function meta(resourceType: 'User' | 'Group', location: string, of: { createdAt: Date; updatedAt: Date }) {
  return {
    resourceType,
    created: of.createdAt.toISOString(),
    lastModified: of.updatedAt.toISOString(),
    location,
  };
}

export function userResource(user: ScimUser, appUrl: string) {
  const base = baseUrl(appUrl);
  const { displayName, formatted, givenName, familyName, email } = user.profile;
  return {
    schemas: [USER_SCHEMA],
    id: user.id,
    ...known({ externalId: user.externalId }),
    userName: user.email,
    name: known({ formatted: formatted ?? user.name, givenName, familyName }),
    displayName: displayName ?? user.name,
    emails: [{ value: email ?? user.email, type: 'work', primary: true }],
    active: user.isActive,
    groups: references(base, 'Groups', user.groups),
    meta: meta('User', `${base}/Users/${user.id}`, user),
  };
}

export function groupResource(group: ScimGroup, appUrl: string) {
  const base = baseUrl(appUrl);
  return {
    schemas: [GROUP_SCHEMA],
    id: group.id,
    ...known({ externalId: group.externalId }),
    displayName: group.displayName,
    members: references(base, 'Users', group.members),
    meta: meta('Group', `${base}/Groups/${group.id}`, group),
  };
}
