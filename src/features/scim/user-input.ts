import { email as emailSchema } from '@/features/auth/schemas';
import { attribute, isRecord, readBoolean, readText, type JsonRecord } from './attributes';
import { readOperations, type Operation } from './patch-operations';
import { invalidValue } from './scim-error';
import { parseFilter } from './value-filter';

/** What the identity provider calls a person. Kept as it said it, beside the one name that we show. */
export interface Profile {
  readonly displayName?: string | null;
  readonly formatted?: string | null;
  readonly givenName?: string | null;
  readonly familyName?: string | null;
  /** Where it differs from userName, which is the address that counts here. */
  readonly email?: string | null;
}

/** What is to change; an attribute that is absent stays. */
export interface UserChange {
  readonly userName?: string;
  readonly externalId?: string | null;
  readonly active?: boolean;
  readonly profile: Profile;
}

type Draft = { -readonly [K in keyof UserChange]: UserChange[K] };

function readUserName(value: unknown): string {
  const parsed = emailSchema.safeParse(value);
  if (!parsed.success) throw invalidValue('userName must be the person’s email address.');
  return parsed.data;
}

function readEmail(value: unknown): string | null {
  const text = readText('emails.value', value);
  if (text === null) return null;
  const parsed = emailSchema.safeParse(text);
  if (!parsed.success) throw invalidValue('emails.value must be an email address.');
  return parsed.data;
}

/** The primary address of a list, else the one for work, else the first. */
function pickEmail(value: unknown): string | null {
  const all = (Array.isArray(value) ? value : [value]).filter(isRecord);
  const isPrimary = (one: JsonRecord) => String(attribute(one, 'primary')).toLowerCase() === 'true';
  const isWork = (one: JsonRecord) => String(attribute(one, 'type')).toLowerCase() === 'work';
  const picked = all.find(isPrimary) ?? all.find(isWork) ?? all[0];
  return picked ? readEmail(attribute(picked, 'value')) : null;
}

const nameParts = { formatted: 'formatted', givenname: 'givenName', familyname: 'familyName' } as const;
const isNamePart = (name: string): name is keyof typeof nameParts => Object.hasOwn(nameParts, name);

function readName(value: unknown): Profile {
  if (value === null || value === undefined) return { formatted: null, givenName: null, familyName: null };
  if (!isRecord(value)) throw invalidValue('name must be an object.');
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      const part = key.toLowerCase();
      return isNamePart(part) ? [[nameParts[part], readText(`name.${nameParts[part]}`, one)]] : [];
    }),
  );
}

/** A whole user, as POST and PUT send it. Attributes that we do not keep are passed over, a password above all. */
export function readUser(body: JsonRecord): UserChange & { readonly userName: string } {
  const active = attribute(body, 'active');
  return {
    userName: readUserName(attribute(body, 'userName')),
    externalId: readText('externalId', attribute(body, 'externalId')),
    ...(active === undefined || active === null ? {} : { active: readBoolean('active', active) }),
    profile: {
      ...{ formatted: null, givenName: null, familyName: null, ...readName(attribute(body, 'name')) },
      displayName: readText('displayName', attribute(body, 'displayName')),
      email: pickEmail(attribute(body, 'emails')),
    },
  };
}

/** `emails[type eq "work"].value` and `emails[primary eq true]` are the one address that we keep; the others are passed over. */
function isKeptEmail(filterText: string): boolean {
  const filter = parseFilter(filterText);
  if (filter.op !== 'eq' || !('compValue' in filter)) return false;
  const value = String(filter.compValue).toLowerCase();
  const name = filter.attrPath.toLowerCase();
  return (name === 'type' && value === 'work') || (name === 'primary' && value === 'true');
}

function applyEmail(draft: Draft, { op, path, value }: Operation): void {
  if (path.filter && !isKeptEmail(path.filter)) return;
  const isText = path.sub === 'value' || typeof value === 'string';
  if (path.sub && path.sub !== 'value') return;
  const email = op === 'remove' ? null : isText ? readEmail(value) : pickEmail(value);
  draft.profile = { ...draft.profile, email };
}

function applyName(draft: Draft, { op, path, value }: Operation): void {
  if (path.sub === null) {
    draft.profile = { ...draft.profile, ...readName(op === 'remove' ? null : value) };
  } else if (isNamePart(path.sub)) {
    const part = nameParts[path.sub];
    draft.profile = {
      ...draft.profile,
      [part]: op === 'remove' ? null : readText(`name.${part}`, value),
    };
  }
}

function apply(draft: Draft, operation: Operation): void {
  const { op, path, value } = operation;
  const isRemoved = op === 'remove';
  switch (path.name) {
    case 'username':
      if (isRemoved) throw invalidValue('A user has a userName.');
      draft.userName = readUserName(value);
      break;
    case 'active':
      if (isRemoved) throw invalidValue('A user is active or not.');
      draft.active = readBoolean('active', value);
      break;
    case 'externalid':
      draft.externalId = isRemoved ? null : readText('externalId', value);
      break;
    case 'displayname':
      draft.profile = { ...draft.profile, displayName: isRemoved ? null : readText('displayName', value) };
      break;
    case 'name':
      applyName(draft, operation);
      break;
    case 'emails':
      applyEmail(draft, operation);
      break;
  }
}

/** The sum of a PATCH's operations; the later one counts. Throws ScimError. */
export function readUserPatch(body: JsonRecord): UserChange {
  const draft: Draft = { profile: {} };
  for (const operation of readOperations(body)) apply(draft, operation);
  return draft;
}

/** The one name that we show: what is shown there, else the whole name, else its parts, else the address before the @. */
export function nameOf(profile: Profile, userName: string): string {
  const parts = [profile.givenName, profile.familyName].filter(Boolean).join(' ');
  const name = profile.displayName ?? profile.formatted ?? (parts === '' ? null : parts);
  return (name ?? userName.split('@')[0] ?? userName).slice(0, 80);
}
