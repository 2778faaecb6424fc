import type { Filter } from 'scim2-parse-filter';
import { ScimError } from './scim-error';
import { parseFilter } from './value-filter';

/** An attribute that a filter may name: its SQL, and how its values are compared. */
export interface Filterable {
  readonly sql: string;
  /** lowered: without case, and `sql` is in lower case already. */
  readonly kind: 'exact' | 'caseless' | 'lowered' | 'boolean';
  /** For what is in a table of its own: `?` stands for the comparison. */
  readonly template?: string;
}

export type Filterables = Readonly<Record<string, Filterable>>;

export interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

const refuse = (message: string) => new ScimError(400, 'invalidFilter', message);

class Writer {
  readonly values: unknown[] = [];

  constructor(
    private readonly known: Filterables,
    private readonly firstParameter: number,
  ) {}

  private parameter(value: unknown): string {
    this.values.push(value);
    return `$${this.firstParameter + this.values.length - 1}`;
  }

  write(filter: Filter, prefix = ''): string {
    switch (filter.op) {
      case 'and':
      case 'or':
        return `(${(filter as { filters: Filter[] }).filters.map((one) => this.write(one, prefix)).join(` ${filter.op} `)})`;
      case 'not':
        return `(not coalesce(${this.write((filter as { filter: Filter }).filter, prefix)}, false))`;
      case '[]': {
        const { attrPath, valFilter } = filter as { attrPath: string; valFilter: Filter };
        return this.write(valFilter, `${prefix}${attrPath}.`);
      }
      default:
        return this.compare(filter as { op: string; attrPath: string; compValue?: unknown }, prefix);
    }
  }

  private compare(
    { op, attrPath, compValue }: { op: string; attrPath: string; compValue?: unknown },
    prefix: string,
  ) {
    const name = `${prefix}${attrPath}`
      .toLowerCase()
      .replace(/^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/, '');
    const attribute = Object.hasOwn(this.known, name) ? this.known[name] : undefined;
    if (!attribute) throw refuse('A filter on this attribute is not supported.');
    const compared =
      op === 'pr'
        ? `(${attribute.sql} is not null)`
        : attribute.kind === 'boolean'
          ? this.compareBoolean(attribute.sql, op, compValue)
          : this.compareText(attribute, op, compValue);
    return attribute.template ? attribute.template.replace('?', () => compared) : compared;
  }

  private compareBoolean(sql: string, op: string, value: unknown): string {
    const text = String(value).toLowerCase();
    if ((op !== 'eq' && op !== 'ne') || (text !== 'true' && text !== 'false')) {
      throw refuse('This attribute is compared with eq true or eq false.');
    }
    return `(${sql} ${op === 'eq' ? '=' : '<>'} ${this.parameter(text === 'true')}::boolean)`;
  }

  private compareText({ sql, kind }: Filterable, op: string, value: unknown): string {
    if (typeof value !== 'string') throw refuse('This attribute is compared with a text in quotes.');
    const left = kind === 'caseless' ? `lower(${sql})` : sql;
    const parameter = `${this.parameter(kind === 'exact' ? value : value.toLowerCase())}::text`;
    switch (op) {
      case 'eq':
        return `(${left} = ${parameter})`;
      case 'ne':
        return `(${left} is distinct from ${parameter})`;
      case 'co':
        return `(position(${parameter} in ${left}) > 0)`;
      case 'sw':
        return `starts_with(${left}, ${parameter})`;
      case 'ew':
        return `(right(${left}, length(${parameter})) = ${parameter})`;
      default:
        throw refuse(`The operator ${op} is not supported.`);
    }
  }
}

/**
 * A filter (RFC 7644, 3.4.2.2) as a condition in SQL, with its values as parameters from `firstParameter` on; null where there
 * is none. Throws ScimError (invalidFilter) for what is not understood and for attributes that are not in `known`, which is
 * keyed by names in lower case.
 */
export function filterCondition(text: string | null, known: Filterables, firstParameter: number): Condition {
  if (text === null || text.trim() === '') return { sql: 'true', values: [] };
  const writer = new Writer(known, firstParameter);
  const sql = writer.write(parseFilter(text));
  return { sql, values: writer.values };
}
