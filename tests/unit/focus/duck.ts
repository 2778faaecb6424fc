import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { lineItemColumns } from '@/focus/line-item';
import { recognise, selectColumns, type RecognisedFile } from '@/focus/map';

export type Row = Record<string, unknown>;

/** DuckDB in memory that reaches no network and loads no extension, in a zone other than UTC to show that it does not matter. */
export async function openDuck(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const duck = await instance.connect();
  await duck.run("set TimeZone = 'Pacific/Auckland'");
  return duck;
}

/** Rows as JSON values: decimals and dates are text. */
export async function rowsOf(duck: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await duck.runAndReadAll(sql);
  return reader.getRowObjectsJson() as Row[];
}

export async function valueOf(duck: DuckDBConnection, sql: string): Promise<unknown> {
  const [row] = await rowsOf(duck, sql);
  return Object.values(row ?? {})[0];
}

/** Makes a table of a query and tells its format; the test fails where it is of none. */
export async function tableOf(duck: DuckDBConnection, name: string, query: string): Promise<RecognisedFile> {
  await duck.run(`create or replace table ${name} as ${query}`);
  const columns = await rowsOf(duck, `describe ${name}`);
  const recognised = recognise(
    columns.map((column) => ({ name: String(column['column_name']), type: String(column['column_type']) })),
  );
  if (!recognised.ok) throw new Error(recognised.problem);
  return recognised;
}

/** SELECT of every column of the line item. */
export function selectLineItems(recognised: RecognisedFile, relation: string): string {
  const names = lineItemColumns.map((column) => column.name);
  return `select ${selectColumns(recognised, names).expressions.join(', ')} from ${relation}`;
}

export async function lineItemsOf(duck: DuckDBConnection, query: string, order = ''): Promise<Row[]> {
  const recognised = await tableOf(duck, 'source', query);
  return rowsOf(duck, `select * from (${selectLineItems(recognised, 'source')}) ${order}`);
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const name = (value: string) => `"${value.replaceAll('"', '""')}"`;

/** A query that gives these rows as text, as a CSV read with all_varchar does; a column that a row leaves out is null. */
export function textRows(rows: readonly Readonly<Record<string, string>>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const values = rows.map(
    (row) =>
      `(${columns.map((column) => (row[column] === undefined ? 'null::varchar' : text(row[column]))).join(', ')})`,
  );
  return `select * from (values ${values.join(', ')}) as t (${columns.map(name).join(', ')})`;
}
