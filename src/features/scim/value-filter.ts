import { parse, type Filter } from 'scim2-parse-filter';
import { hasControl } from './attributes';
import { ScimError } from './scim-error';

export const FILTER_MAX = 1_000;

/** Throws ScimError (invalidFilter). */
export function parseFilter(text: string): Filter {
  // The parser's pattern for a text in quotes takes exponentially long over line breaks, and its recursion is as deep as the text.
  if (text.length > FILTER_MAX || hasControl(text)) {
    throw new ScimError(
      400,
      'invalidFilter',
      `A filter has at most ${FILTER_MAX} characters, none of them a control character.`,
    );
  }
  try {
    return parse(text);
  } catch {
    throw new ScimError(400, 'invalidFilter', 'This filter is not understood.');
  }
}

function equals(filter: Filter, name: string): string[] | null {
  if (filter.op === 'or' && 'filters' in filter) {
    const each = filter.filters.map((one) => equals(one, name));
    return each.every((one) => one !== null) ? each.flat() : null;
  }
  if (filter.op !== 'eq' || !('compValue' in filter)) return null;
  return filter.attrPath.toLowerCase() === name && filter.compValue !== null
    ? [String(filter.compValue)]
    : null;
}

/** The values of `value eq "a" or value eq "b"`, which is how a path names elements. Throws ScimError (invalidFilter). */
export function valuesNamed(filterText: string, name: string): string[] {
  const values = equals(parseFilter(filterText), name);
  if (values) return values;
  throw new ScimError(400, 'invalidFilter', `In a path, only ${name} eq "…" is understood.`);
}
