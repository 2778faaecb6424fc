import { exactDecimal } from './exact-decimal';
import type { SourceColumn, SourceFile } from './mapping';
import { identifier, listOf, literal } from './sql';
import { isNoTagSet, tagJson, tagJsonOfColumns } from './tag-json';
import { utcDay } from './utc-day';

/** A column that a rule reads in one certain way, and what makes a value of it unreadable. */
export interface Reading {
  readonly column: string;
  /** The value as text, null where it is absent. */
  readonly shown: string;
  /** SQL for what is read of it. */
  readonly result: string;
  /** SQL for whether the value is there and cannot be read. */
  readonly isUnreadable: string;
  /** SQL for the sentence that says so. */
  readonly message: string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const isText = (type: string) => type === 'VARCHAR';

/** The columns of one file, found by name in any case. It notes what each rule reads, so that problems can be told by column. */
export class FileColumns implements SourceFile {
  readonly #byName: ReadonlyMap<string, SourceColumn>;
  readonly readings: Reading[] = [];

  constructor(columns: readonly SourceColumn[]) {
    this.#byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  }

  #find(names: readonly string[]): SourceColumn | undefined {
    for (const name of names) {
      const column = this.#byName.get(name.toLowerCase());
      if (column) return column;
    }
    return undefined;
  }

  has(name: string): boolean {
    return this.#byName.has(name.toLowerCase());
  }

  startingWith(prefix: string): readonly string[] {
    const lower = prefix.toLowerCase();
    return [...this.#byName].filter(([name]) => name.startsWith(lower)).map(([, { name }]) => name);
  }

  /** The value as it is, null where a text is empty or the word NULL. */
  #value({ name, type }: SourceColumn): string {
    const column = identifier(name);
    return isText(type) ? `nullif(nullif(${column}, ''), 'NULL')` : column;
  }

  #shown(column: SourceColumn): string {
    return isText(column.type) ? this.#value(column) : `cast(${identifier(column.name)} as varchar)`;
  }

  #read(column: SourceColumn, result: string, message: string, neededWhere = 'true'): string {
    const shown = this.#shown(column);
    const isUnreadable = `((${neededWhere}) and ${shown} is not null and (${result}) is null)`;
    this.readings.push({ column: column.name, shown, result, isUnreadable, message });
    return result;
  }

  text(...names: string[]): string {
    const found = names.flatMap((name) => this.#find([name]) ?? []).map((column) => this.#shown(column));
    return found.length === 0 ? `''` : `coalesce(${found.join(', ')}, '')`;
  }

  amount(...names: string[]): string {
    return this.amountWhere('true', ...names);
  }

  amountWhere(condition: string, ...names: string[]): string {
    const column = this.#find(names);
    if (!column) return 'cast(null as decimal(38,18))';
    const asDouble = `try_cast(${this.#shown(column)} as double)`;
    const isNumber = `isfinite(${asDouble}) and not contains(${this.#shown(column)}, '_')`;
    const value = this.#read(
      column,
      exactDecimal(identifier(column.name), column.type),
      `case when ${isNumber} then 'has more than 18 digits after the point, or more than 20 before it' else 'is not a number' end`,
      condition,
    );
    return condition === 'true' ? value : `case when ${condition} then ${value} end`;
  }

  day(...names: string[]): string {
    const column = this.#find(names);
    if (!column) return 'cast(null as date)';
    return this.#read(column, utcDay(identifier(column.name), column.type), literal('is not a date'));
  }

  currency(...names: string[]): string {
    const column = this.#find(names);
    if (!column) return 'cast(null as varchar)';
    const code = `upper(${this.#shown(column)})`;
    const letters = `translate(${code}, ${literal(LETTERS)}, '')`;
    const result = `case when length(${code}) = 3 and ${letters} = '' then ${code} end`;
    return this.#read(column, result, literal('is not a currency code of three letters'));
  }

  oneOf(words: readonly string[], ...names: string[]): string {
    const column = this.#find(names);
    if (!column) return 'cast(null as varchar)';
    const shown = this.#shown(column);
    const result = `case when ${shown} in ${listOf(words)} then ${shown} end`;
    return this.#read(column, result, literal(`is none of ${words.join(', ')}`));
  }

  tags(name: string, prefixes: readonly string[] = []): string {
    const column = this.#find([name]);
    if (!column) return `'{}'`;
    const value = this.#value(column);
    const shown = this.#shown(column);
    const result = `coalesce(${tagJson(value, column.type, prefixes)}, '{}')`;
    this.readings.push({
      column: column.name,
      shown,
      result,
      isUnreadable: `(${shown} is not null and ${isNoTagSet(value, column.type)})`,
      message: literal('is not JSON text of keys and words'),
    });
    return result;
  }

  tagColumns(columns: readonly { key: string; name: string }[]): string {
    return tagJsonOfColumns(columns.map(({ key, name }) => ({ key, text: this.text(name) })));
  }

  valueOf(name: string, key: string): string {
    const column = this.#find([name]);
    if (!column) return `''`;
    const map = identifier(column.name);
    if (column.type.startsWith('MAP(')) return `coalesce(cast(${map}[${literal(key)}] as varchar), '')`;
    const json = isText(column.type) ? `try_cast(${this.#value(column)} as json)` : `to_json(${map})`;
    return `coalesce(json_extract_string(${json}, ${literal(`$."${key}"`)}), '')`;
  }
}
