import { invalidValue, ScimError } from './scim-error';

export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Attribute names have no case (RFC 7643, 2.1). */
export function attribute(record: JsonRecord, name: string): unknown {
  const wanted = name.toLowerCase();
  return Object.entries(record).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

export const TEXT_MAX = 256;
/** A NUL is no text to the database, and a line break none to a log. */
const CONTROL = /[\u0000-\u001f\u007f]/;

export const hasControl = (text: string) => CONTROL.test(text);

/** A text, or null where there is none. Throws ScimError (invalidValue). */
export function readText(name: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') throw invalidValue(`${name} must be a text.`);
  const text = value.trim();
  if (text.length > TEXT_MAX) throw invalidValue(`${name} has at most ${TEXT_MAX} characters.`);
  if (hasControl(text)) throw invalidValue(`${name} must not hold control characters.`);
  return text === '' ? null : text;
}

/** Entra ID sends "True" and "False". Throws ScimError (invalidValue). */
export function readBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw invalidValue(`${name} must be true or false.`);
}

const SCHEMA_PREFIX = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/i;
const PATH = /^([a-z$][\w$-]*)(?:\[(.{1,1000})\])?(?:\.([a-z$][\w$-]*))?$/i;

/** Such as `emails[type eq "work"].value`: names in lower case, the filter as it was sent. */
export interface Path {
  readonly name: string;
  readonly filter: string | null;
  readonly sub: string | null;
}

/** Null for an attribute of another schema, which we do not keep. Throws ScimError (invalidPath). */
export function readPath(text: string): Path | null {
  const bare = text.trim().replace(SCHEMA_PREFIX, '');
  if (/^urn:/i.test(bare)) return null;
  const [, name, filter, sub] = PATH.exec(bare) ?? [];
  if (!name) throw new ScimError(400, 'invalidPath', 'This path is not understood.');
  return { name: name.toLowerCase(), filter: filter ?? null, sub: sub?.toLowerCase() ?? null };
}
