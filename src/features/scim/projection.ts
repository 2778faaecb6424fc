import { isRecord } from './attributes';

/** Always there (RFC 7643, 7: returned "always"). */
const ALWAYS = new Set(['schemas', 'id']);
const PREFIX = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/i;

interface Named {
  readonly whole: ReadonlySet<string>;
  readonly parts: ReadonlyMap<string, ReadonlySet<string>>;
}

function readNames(list: string | null): Named | null {
  const names = (list ?? '')
    .split(',')
    .map((name) => name.trim().replace(PREFIX, '').toLowerCase())
    .filter((name) => name !== '');
  if (names.length === 0) return null;
  const parts = new Map<string, Set<string>>();
  for (const name of names.filter((one) => one.includes('.'))) {
    const [top = '', sub = ''] = name.split('.');
    parts.set(top, (parts.get(top) ?? new Set()).add(sub));
  }
  return { whole: new Set(names.filter((one) => !one.includes('.'))), parts };
}

function narrow(value: unknown, isKept: (sub: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => narrow(one, isKept));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([sub]) => isKept(sub.toLowerCase())));
}

export interface Projection {
  /** False where an attribute is not asked for, so that it need not be read. */
  has(name: string): boolean;
  apply<T extends object>(resource: T): object;
}

/** `attributes` and `excludedAttributes` (RFC 7644, 3.9). Where both are given, the first counts. */
export function readProjection(search: URLSearchParams): Projection {
  const only = readNames(search.get('attributes'));
  const without = only ? null : readNames(search.get('excludedAttributes'));
  const keep = (name: string, value: unknown): [string, unknown][] => {
    const key = name.toLowerCase();
    if (ALWAYS.has(key)) return [[name, value]];
    if (only) {
      if (only.whole.has(key)) return [[name, value]];
      const parts = only.parts.get(key);
      return parts ? [[name, narrow(value, (sub) => parts.has(sub))]] : [];
    }
    if (without?.whole.has(key)) return [];
    const parts = without?.parts.get(key);
    return [[name, parts ? narrow(value, (sub) => !parts.has(sub)) : value]];
  };
  return {
    has: (name) => {
      const key = name.toLowerCase();
      if (only) return only.whole.has(key) || only.parts.has(key);
      return !without?.whole.has(key);
    },
    apply: (resource) =>
      Object.fromEntries(Object.entries(resource).flatMap(([name, value]) => keep(name, value as unknown))),
  };
}
