import { copyFile } from 'node:fs/promises';
import { DuckError, type Duck } from '@/duck/duck';
import { listOf, literal, withinMonth } from '@/focus/sql';
import { lineItemColumns, type LineItemColumn } from '@/focus/line-item';
import { nearestShort, shortDecimal } from '@/focus/exact-decimal';
import { doubleOf, recognise, selectColumns, type RecognisedFile } from '@/focus/map';
import type { FileKind } from '@/focus/export-layout';
import { shortOf, sumsAgain, textOf, wholeSum, wideIn } from './amounts';
import { csvSource } from './csv-source';
import { LoadFailure } from './load-failure';
import { writeTagTotals, type TagFiles } from './write-tag-totals';

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
const kindDigest = `md5(concat_ws(chr(31), ${kindColumns.map((name) => `coalesce(${name}::varchar, '')`).join(', ')}))`;

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

const sumsOf = (name: string) => `sum(m.${name}_short) as ${name}_short, sum(m.${name}_long) as ${name}_long`;

const asItIs = (name: string) => `m.${name}_short, m.${name}_long`;

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

/**
 * Which keys the dictionaries gave: files of digest (or resource id) and key, as PostgreSQL wrote them. Of a set of tags it also
 * says which part of it reports tell apart.
 */
export interface KeyFiles {
  readonly kinds: string;
  readonly resources: string;
  readonly tags: string;
  /** Resources that the dictionary is not asked for again, with their keys. */
  readonly knownResources: string | null;
}

export interface FactFiles extends TagFiles {
  readonly lineItems: string;
  readonly charges: string;
  /** Of each resource its first and last day, its tags on the last, and a kind of the service that it costs most of. */
  readonly resourceDays: string;
  readonly accounts: readonly { id: string; name: string }[];
  readonly rows: number;
}

// Nothing is guessed: a file may be empty, and an id may look like a number.
/** More than any key: of a day and a key in one number the last day's largest key is the largest, and 0, none, is the smallest. */
const KEYS = '2147483648';

const csv = (paths: string | readonly string[], columns: string) =>
  `read_csv([${[paths].flat().map(literal).join(', ')}], auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', columns = ${columns})`;

const RESOURCE_KEYS = "{'account': 'VARCHAR', 'id': 'VARCHAR', 'key': 'INTEGER'}";

/**
 * Sums the line items to the day, resource, kind and tags, and writes them as CSV in the order that they will lie in. Of files of
 * one billing period all charges count in it; of others each line item has its billing period and counts on its own day.
 */
export async function writeFacts(
  duck: Duck,
  { period, isDaily }: { period: string | null; isDaily: boolean },
  keys: KeyFiles,
): Promise<FactFiles> {
  const lineItems = `${duck.directory}/line-items.csv`;
  const charges = `${duck.directory}/charges.csv`;
  const resourceDays = `${duck.directory}/resource-days.csv`;
  const sums = amountColumns.map(isDaily ? asItIs : sumsOf).join(', ');
  try {
    await duck.run(
      `create temp table tag_keys as select * from ${csv(keys.tags, "{'d': 'UUID', 'key': 'INTEGER', 'reported': 'VARCHAR'}")}`,
    );
    await duck.run(
      `create temp table reported_tags as
       select row_number() over (order by reported)::integer as no, reported
       from (select reported from tag_keys union select '{}')`,
    );
    await duck.run(
      `create temp table tag_nos as
       select distinct k.key as tag_key, g.no from tag_keys k join reported_tags g using (reported)
       union all
       select 0, no from reported_tags where reported = '{}'`,
    );
    await duck.run(
      `create temp table facts as
       select ${period ? '' : 'm.billing_period, '}m.charge_date, coalesce(r.key, 0) as resource_key, k.key as kind_key, coalesce(t.key, 0) as tag_key, ${sums}
       from mapped m
       join (select hash, key from kinds join ${csv(keys.kinds, "{'d': 'UUID', 'key': 'INTEGER'}")} on d = digest::uuid) k
         on k.hash = m.kind_hash
       left join (
         select w.hash, k.key from resource_words w
         join ${csv([keys.resources, keys.knownResources ?? []].flat(), RESOURCE_KEYS)} k
           on k.account = w.sub_account_id and k.id = w.resource_id
       ) r on r.hash = m.resource_hash
       left join (select hash, key from tag_sets join tag_keys on d = digest::uuid) t
         on t.hash = m.tags_hash
       ${isDaily ? '' : 'group by all'}`,
    );
    const [wide = {}] = await duck.rows<Record<string, string>>(
      `select ${amountColumns.map(wideIn).join(', ')} from facts`,
    );
    const amounts = amountColumns.map((name) => (Number(wide[name]) === 0 ? shortOf(name) : textOf(name)));
    await duck.run(
      `copy (select ${period ? '' : 'billing_period, '}charge_date, resource_key, kind_key, tag_key, ${amounts.join(', ')}
         from facts order by resource_key, charge_date) to ${literal(lineItems)} (format csv, header false, delim '\t', nullstr '\\N')`,
    );
    await duck.run(
      `create temp table kind_keys as
       select distinct on (f.key) k.*, f.key from kinds k join ${csv(keys.kinds, "{'d': 'UUID', 'key': 'INTEGER'}")} f on f.d = k.digest::uuid`,
    );
    await duck.run(
      `copy (
         select resource_key, max(tag_of_day) % ${KEYS}, first(kind_key order by of_service desc, cost desc, kind_key desc),
           min(first_day), max(last_day)
         from (
           select f.*, sum(f.cost) over (partition by f.resource_key, k.service_name) as of_service
           from (
             select resource_key, kind_key, ${wholeSum('effective_cost')} as cost,
               max(date_diff('day', date '1970-01-01', charge_date) * ${KEYS} + tag_key) as tag_of_day,
               min(charge_date) as first_day, max(charge_date) as last_day
             from facts where resource_key > 0 group by 1, 2
           ) f join kind_keys k on k.key = f.kind_key
         )
         group by 1
       )
       to ${literal(resourceDays)} (format csv, header false)`,
    );
    await duck.run(
      `create temp table tag_totals as
       select ${period ? withinMonth('f.charge_date', `date ${literal(period)}`) : 'f.charge_date'} as charge_date, k.sub_account_id, k.service_name, k.region_id,
         k.charge_category, k.billing_currency, t.no, ${['billed_cost', 'effective_cost'].map(sumsAgain).join(', ')}
       from facts f join kind_keys k on k.key = f.kind_key join tag_nos t on t.tag_key = f.tag_key group by all`,
    );
    await duck.run(
      `copy (
         select charge_date, sub_account_id, service_name, region_id, charge_category,
           case charge_category when 'Usage' then '' else charge_category end, billing_currency,
           ${textOf('billed_cost')}, ${textOf('effective_cost')}
         from (
           select f.charge_date, f.sub_account_id, f.service_name, f.region_id, f.charge_category, f.billing_currency,
             ${['billed_cost', 'effective_cost'].map(sumsAgain).join(', ')}
           from tag_totals f group by all
         )
         order by charge_date, sub_account_id, service_name, region_id, charge_category, billing_currency
       ) to ${literal(charges)} (format csv, header false)`,
    );
    const tagFiles = await writeTagTotals(duck);
    const accounts = await duck.rows<{ id: string; name: string }>(
      'select sub_account_id as id, max(sub_account_name) as name from kinds group by 1',
    );
    const [count] = await duck.rows<{ rows: string }>('select count(*) as rows from facts');
    return {
      lineItems,
      charges,
      ...tagFiles,
      resourceDays,
      accounts,
      rows: Number(count?.rows ?? 0),
    };
  } catch (error) {
    if (error instanceof DuckError) throw LoadFailure.ofFile(error);
    throw error;
  }
}

/**
 * The words of the dictionaries, as CSV for PostgreSQL. Of resources those are left out that are in the file `known`, as PostgreSQL
 * wrote it for another period of the same load: a month mostly has those of the month before.
 */
export async function writeWords(duck: Duck, known: string | null = null): Promise<KeyFiles> {
  const files: KeyFiles = {
    kinds: `${duck.directory}/kinds.csv`,
    resources: `${duck.directory}/resources.csv`,
    tags: `${duck.directory}/tags.csv`,
    knownResources: known && `${duck.directory}/known-resources.csv`,
  };
  const { knownResources } = files;
  if (known && knownResources) await copyFile(known, knownResources);
  const isNew = knownResources
    ? `where not exists (select 1 from ${csv(knownResources, RESOURCE_KEYS)} k where k.account = sub_account_id and k.id = resource_id)`
    : '';
  await duck.run(
    `copy (select distinct digest, ${kindColumns.join(', ')} from kinds) to ${literal(files.kinds)} (format csv, header false)`,
  );
  await duck.run(
    `copy (select sub_account_id, resource_id, resource_id, name, resource_type from resources ${isNew})
     to ${literal(files.resources)} (format csv, header false)`,
  );
  await duck.run(
    `copy (select distinct digest, tags from tag_sets where tags <> '{}') to ${literal(files.tags)} (format csv, header false)`,
  );
  return files;
}
