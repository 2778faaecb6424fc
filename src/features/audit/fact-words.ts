import type { JsonObject } from './record-audit';

/** What an event tells, with the names that its ids stand for today. */
export interface Told {
  /** The name of the subject, if it still has one. */
  readonly subject: string | null;
  /** The actor did it to themselves. */
  readonly isOwn: boolean;
  readonly detail: JsonObject;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isId = (value: unknown) => typeof value === 'string' && UUID.test(value);

/** Null for what has no words: an id says nothing to a person, and many are counted. */
function plain(value: unknown): string | null {
  if (isId(value)) return null;
  if (typeof value === 'string') return value === '' ? 'nothing' : value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (value === null) return 'none';
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((one) => plain(one) ?? '…').join(', ');
  return null;
}

/** One fact in words, wherever the event has it. */
export function fact(told: Told, key: string): string | null {
  for (const facts of [told.detail, told.after, told.before]) {
    const value = facts?.[key];
    if (value !== undefined && value !== null) return plain(value);
  }
  return null;
}

export const quoted = (name: string) => `“${name}”`;

/** dailyCapUsd → daily cap usd */
const spaced = (key: string) =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase();

/** “role from viewer to editor and all accounts from on to off” */
export function changes(told: Told): string | null {
  const { before, after } = told;
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const parts = keys.flatMap((key) => {
    const [was, is] = [before?.[key], after?.[key]];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const [from, to] = [plain(was), plain(is)];
    if (from !== null && to !== null) return [`${spaced(key)} from ${from} to ${to}`];
    if (isId(was) || isId(is)) return [];
    if (to !== null) return [`${spaced(key)} to ${to}`];
    return [spaced(key)];
  });
  if (parts.length === 0) return null;
  return parts.length === 1
    ? (parts[0] ?? null)
    : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

const REASONS: Readonly<Record<string, string>> = {
  password: 'wrong password',
  totp: 'wrong code of the authenticator',
  recovery: 'wrong recovery code',
  passkey: 'a passkey that is not theirs',
  'break-glass': 'wrong password of the emergency sign-in',
  'permission-missing': 'a permission is missing',
  'cannot-assume-role': 'AWS did not let us take the role',
  'daily-cap': 'the daily cap was reached',
  internal: 'something went wrong on our side',
};

/** “: wrong password”, or nothing where no reason was recorded. */
export function because(told: Told): string {
  const reason = fact(told, 'reason') ?? fact(told, 'kind');
  return reason === null ? '' : `: ${REASONS[reason] ?? reason.replaceAll('-', ' ')}`;
}

/** “ with a password and an authenticator code”. */
export function by(told: Told): string {
  const method = fact(told, 'method');
  return method === null
    ? ''
    : ` by ${method.replaceAll('-', ' ').replaceAll('totp', 'authenticator code').replaceAll('saml', 'single sign-on')}`;
}

/** What the event is about, by the best name there is. */
export function named(told: Told, noun: string): string {
  const name = told.subject ?? fact(told, 'name') ?? fact(told, 'displayName') ?? fact(told, 'domain');
  return name === null ? `a ${noun}` : `the ${noun} ${quoted(name)}`;
}

export function person(told: Told): string {
  return told.subject ?? fact(told, 'name') ?? fact(told, 'email') ?? 'somebody who is no longer here';
}

/** “their own password”, “Grace’s password”. */
export function whose(told: Told, what: string): string {
  return told.isOwn ? `their ${what}` : `${person(told)}’s ${what}`;
}

export function changed(told: Told, what: string): string {
  const how = changes(told);
  return how === null ? `changed ${what}` : `changed ${what}: ${how}`;
}
