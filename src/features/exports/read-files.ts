import { DuckError, type Duck } from '@/duck/duck';
import { listOf, literal } from '@/focus/sql';
import { lineItemColumns, type LineItemColumn } from '@/focus/line-item';
import { nearestShort, shortDecimal } from '@/focus/exact-decimal';
import { doubleOf, recognise, selectColumns, type RecognisedFile } from '@/focus/map';
import type { FileKind } from '@/focus/export-layout';
import { csvSource } from './csv-source';
import { LoadFailure } from './load-failure';

/** The source rows as a view `source`, whatever the files are. CSV is read as text: its values mean what they say. */
async function openSource(duck: Duck, paths: readonly string[], kind: FileKind): Promise<void> {
  const list = `[${paths.map(literal).join(', ')}]`;
  if (kind === 'parquet') {
    await duck.run(`create view source as select * from read_parquet(${list}, union_by_name = true)`);
    return;
  }
  // Read once and kept in columns: the steps that follow read the rows several times, and few columns each. In their order, by
  // which whoever made the file is told where something is wrong.
  const parquet = literal(`${duck.directory}/source.parquet`);
  await duck.run(
    `copy (${await csvSource(paths)}) to ${parquet} (format parquet, compression snappy, row_group_size 20480, preserve_order true)`,
  );
  await duck.run(`create view source as select * from read_parquet(${parquet})`);
}

const namesOf = (of: LineItemColumn['of']): string[] =>
  lineItemColumns.filter((column) => column.of === of).map((column) => column.name);

export const kindColumns = namesOf('kind');
export const amountColumns = lineItemColumns
  .filter((column) => column.of === 'fact' && column.type !== 'date')
  .map((column) => column.name);

const requiredAmounts = new Set(lineItemColumns.flatMap((column) => (column.required ? [column.name] : [])));

/** What stays of a kind when the file is gone. */
const kindDigest = `md5(concat_ws(chr(31), ${[
  ...kindColumns
    .filter((name) => name !== 'commitment_discount_unit')
    .map((name) => `coalesce(${name}::varchar, '')`),
  // It came later: a kind without one is the kind that it was.
  "nullif(commitment_discount_unit, '')",
].join(', ')}))`;

export interface FileSummary {
  readonly sourceRows: number;
  readonly firstDate: string | null;
  readonly lastDate: string | null;
  /** Charge periods are days already, so that there is nothing to add up. */
  readonly isDaily: boolean;
}

/**
 * Rows of a bill repeat the same words. Each set of them is told by the hash of the file's own columns, and made into words of
 * the line item once, however many rows have it: that costs more than all the rest of a row.
 */
const hashOf = ({ madeOf }: { madeOf: readonly string[] }) =>
  madeOf.length > 0 ? `hash(${madeOf.join(', ')})` : '0::ubigint';

async function makeWords(
  duck: Duck,
  table: string,
  words: { expressions: readonly string[]; madeOf: readonly string[] },
  digest: string,
): Promise<void> {
  const distinct =
    words.madeOf.length > 0 ? `select distinct ${words.madeOf.join(', ')} from source` : 'select 1';
  await duck.run(
    `create temp table ${table} as
     select *, ${digest} as digest from (select ${hashOf(words)} as hash, ${words.expressions.join(', ')} from (${distinct}))`,
  );
  const [clash] = await duck.rows<{ clashes: number }>(
    `select count(*) - count(distinct hash) as clashes from ${table}`,
  );
  if (Number(clash?.clashes) > 0) throw new Error(`Two rows of ${table} have the same hash.`);
}

/**
 * The rows of the file with what amounts are made of. An amount has two columns: 64 bits where it fits, and 128 where it does not.
 * Only then those are worked out.
 */
function sourceWithAmounts(recognised: RecognisedFile): string {
  const doubles = amountColumns.map((name) => ({ name, value: doubleOf(recognised, name) }));
  const nearest = doubles.map(({ name, value }) =>
    value ? `${nearestShort(value)} as ${name}_nearest` : `null as ${name}_nearest`,
  );
  const short = doubles.map(({ name, value }) =>
    value
      ? `${shortDecimal(value, `${name}_nearest`)} as ${name}_short`
      : `cast(null as decimal(18,12)) as ${name}_short`,
  );
  return `(select *, ${short.join(', ')} from (select *, ${nearest.join(', ')} from source))`;
}

function bothAmounts(recognised: RecognisedFile, name: string): string[] {
  const [exact = 'null'] = selectColumns(recognised, [name]).values;
  const value = doubleOf(recognised, name);
  if (!value) return [`${name}_short`, `${exact} as ${name}_long`];
  // Of one that must be there its absence has to be told.
  const isThere = requiredAmounts.has(name) ? '' : ` and ${value} is not null`;
  return [`${name}_short`, `case when ${name}_short is null${isThere} then ${exact} end as ${name}_long`];
}

const RESOURCE = ['sub_account_id', 'resource_id', 'resource_name', 'resource_type'];

/** Of `sourceWithAmounts`, what the facts are made of: days and amounts of a row as they are, and all its words as hashes. */
const mappedColumns = (recognised: RecognisedFile) => [
  ...selectColumns(recognised, ['charge_date', 'billing_period']).expressions,
  `${hashOf(selectColumns(recognised, ['tags']))} as tags_hash`,
  `${hashOf(selectColumns(recognised, kindColumns))} as kind_hash`,
  `${hashOf(selectColumns(recognised, RESOURCE))} as resource_hash`,
  ...amountColumns.flatMap((name) => bothAmounts(recognised, name)),
];

/** SQL for the facts of every row of the file, numbered from 1 as the file has them. */
export const numberedRows = (recognised: RecognisedFile): string =>
  `select row_number() over () as row_number, ${mappedColumns(recognised).join(', ')} from ${sourceWithAmounts(recognised)}`;

/** `source`: the rows of the files. Throws LoadFailure where they are damaged, or of no format that we read. */
export async function openFiles(
  duck: Duck,
  files: { paths: readonly string[]; kind: FileKind },
): Promise<RecognisedFile> {
  try {
    await openSource(duck, files.paths, files.kind);
    const columns = await duck.rows<{ column_name: string; column_type: string }>('describe source');
    const recognised = recognise(
      columns.map((column) => ({ name: column.column_name, type: column.column_type })),
    );
    if (!recognised.ok) throw new LoadFailure('not-understood', recognised.problem);
    return recognised;
  } catch (error) {
    if (error instanceof DuckError) throw LoadFailure.ofFile(error);
    throw error;
  }
}

/**
 * `mapped`: the line items of `source`, those of accounts that come from elsewhere left out; `kinds`, `tag_sets` and `resources` are
 * their words.
 */
export async function mapFiles(
  duck: Duck,
  recognised: RecognisedFile,
  leftOut: readonly string[],
): Promise<FileSummary> {
  try {
    const isElsewhere = `in ${listOf(leftOut)}`;
    const [account] = selectColumns(recognised, ['sub_account_id']).values;
    const without = leftOut.length > 0 ? ` where ${account} not ${isElsewhere}` : '';
    await duck.run(
      `create view mapped as select ${mappedColumns(recognised).join(',\n')} from ${sourceWithAmounts(recognised)}${without}`,
    );
    await makeWords(duck, 'kinds', selectColumns(recognised, kindColumns), kindDigest);
    await makeWords(duck, 'tag_sets', selectColumns(recognised, ['tags']), 'md5(tags)');
    await makeWords(duck, 'resource_words', selectColumns(recognised, RESOURCE), 'null');
    if (leftOut.length > 0) {
      await duck.run(`delete from kinds where sub_account_id ${isElsewhere}`);
      await duck.run(`delete from resource_words where sub_account_id ${isElsewhere}`);
    }
    await duck.run(
      `create temp table resources as
       select sub_account_id, resource_id, max(resource_name) as name, max(resource_type) as resource_type
       from resource_words where resource_id <> '' group by sub_account_id, resource_id`,
    );
    const moments = selectColumns(recognised, ['charge_date']).madeOf;
    const [summary] = await duck.rows<{
      rows: string;
      first_date: string | null;
      last_date: string | null;
      days: string;
      moments: string;
    }>(
      `select count(*) as rows, min(charge_date) as first_date, max(charge_date) as last_date, count(distinct charge_date) as days,
         (select count(distinct hash(${moments.join(', ')})) from source) as moments
       from mapped`,
    );
    return {
      sourceRows: Number(summary?.rows ?? 0),
      firstDate: summary?.first_date ?? null,
      lastDate: summary?.last_date ?? null,
      isDaily: summary !== undefined && summary.moments === summary.days,
    };
  } catch (error) {
    if (error instanceof DuckError) throw LoadFailure.ofFile(error);
    throw error;
  }
}
