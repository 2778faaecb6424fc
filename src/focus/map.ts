import { compile, type CompiledColumn } from './compile';
import { FileColumns } from './file-columns';
import type { LineItemType } from './line-item';
import type { Mapping, SourceColumn } from './mapping';
import { cur2Mapping } from './schemas/cur2';
import { legacyCurMapping } from './schemas/cur-legacy';
import { focusMapping } from './schemas/focus';
import { identifier, literal } from './sql';

export interface RecognisedFile {
  readonly ok: true;
  readonly mapping: Mapping;
  /** Of the format, where it has versions that a file's columns tell apart. */
  readonly version?: string;
  /** What the file leaves out, in words for the page. */
  readonly warnings: string[];
  readonly columns: readonly SourceColumn[];
}

export type Recognised = RecognisedFile | { readonly ok: false; readonly problem: string };

// CUR 2.0 before the legacy report: in Parquet the two share most names, and only the first has maps.
const MAPPINGS: readonly Mapping[] = [focusMapping, cur2Mapping, legacyCurMapping];

const UNKNOWN =
  'These columns are of no format that we read. We read FOCUS (1.0 to 1.2), AWS Cost and Usage Report 2.0 and the legacy AWS Cost ' +
  'and Usage Report. Check that this is a billing export and that its first line has the column names.';

const missingColumns = (mapping: Mapping, missing: readonly string[]) =>
  `This looks like ${mapping.format}, but ${missing.length === 1 ? 'a column is' : 'columns are'} missing: ${missing.join(', ')}. ` +
  'Add what is missing to the export, or choose all columns of its table, and load it again.';

/**
 * Tells which format a file has by the names of its columns, in any case. The columns are those of DuckDB's `describe`; where
 * they are none of a format, or not all that it needs, the problem says what to do.
 */
export function recognise(columns: readonly SourceColumn[]): Recognised {
  const file = new FileColumns(columns);
  const mapping = MAPPINGS.find((one) => one.tellTale.some((name) => file.has(name)));
  if (!mapping) return { ok: false, problem: UNKNOWN };
  const missing = mapping.required.filter((names) => !names.some((name) => file.has(name)));
  const isOfAnotherKind = missing.length === mapping.required.length;
  if (isOfAnotherKind) return { ok: false, problem: UNKNOWN };
  if (missing.length > 0)
    return {
      ok: false,
      problem: missingColumns(
        mapping,
        missing.map((names) => names.join(' or ')),
      ),
    };
  const recognised = { ok: true as const, mapping, warnings: mapping.warningsOf(file), columns };
  return mapping.versionOf ? { ...recognised, version: mapping.versionOf(file) } : recognised;
}

const SQL_TYPES: Readonly<Record<LineItemType, string>> = {
  date: 'date',
  text: 'varchar',
  amount: 'decimal(38,18)',
  number: 'decimal(38,18)',
  tags: 'varchar',
};

function valueOf({ name, type, value, isRequired }: CompiledColumn): string {
  const sqlType = SQL_TYPES[type];
  const cast = `cast(${value} as ${sqlType})`;
  if (!isRequired) return cast;
  const refusal = literal(`A row has no ${name} that can be kept exactly.`);
  return `coalesce(${cast}, cast(error(${refusal}) as ${sqlType}))`;
}

const selected = (column: CompiledColumn): string => `${valueOf(column)} as ${column.name}`;

/**
 * Some columns of the line item as SQL over the file, in their order, and the columns of the file that they are made of. Amounts are
 * in the currency of the row and exact. A required value that is missing or cannot be kept exactly stops the query when that
 * column is read; one that is not required is null, and `findProblems` tells of both.
 */
export function selectColumns(
  recognised: RecognisedFile,
  names: readonly string[],
): { values: readonly string[]; expressions: readonly string[]; madeOf: readonly string[] } {
  const compiled = compile(recognised.mapping, recognised.columns).filter((one) => names.includes(one.name));
  const text = compiled.map((one) => one.value).join(' ');
  return {
    values: compiled.map(valueOf),
    expressions: compiled.map(selected),
    madeOf: recognised.columns.map((column) => identifier(column.name)).filter((name) => text.includes(name)),
  };
}

/** The file's column that an amount comes straight from, where that is a DOUBLE; null for all other amounts. */
export function doubleOf(recognised: RecognisedFile, name: string): string | null {
  const ofColumn = recognised.mapping.lineItem[name];
  if (!ofColumn || !('from' in ofColumn)) return null;
  const wanted = ofColumn.from.map((one) => one.toLowerCase());
  const found = wanted.flatMap(
    (one) => recognised.columns.find((column) => column.name.toLowerCase() === one) ?? [],
  )[0];
  return found?.type === 'DOUBLE' ? identifier(found.name) : null;
}
