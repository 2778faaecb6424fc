import { quoted, DuckError, type Duck } from '@/duck/duck';
import { lineItemColumns, type LineItemColumn } from '@/focus/line-item';
import { recognise, selectLineItems, shortAmount, tagsOf, type RecognisedFile } from '@/focus/map';
import type { FileKind } from '@/focus/export-layout';
import { LoadFailure } from './load-failure';

/** The source rows as a view `source`, whatever the files are. CSV is read as text: its values mean what they say. */
async function openSource(duck: Duck, paths: readonly string[], kind: FileKind): Promise<void> {
  const list = `[${paths.map(quoted).join(', ')}]`;
  if (kind === 'parquet') {
    await duck.run(`create view source as select * from read_parquet(${list}, union_by_name = true)`);
    return;
  }
  // Read once and kept in columns: the steps that follow read the rows several times, and few columns each.
  const parquet = quoted(`${duck.directory}/source.parquet`);
  await duck.run(
    `copy (select * from read_csv(${list}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"',
       union_by_name = true, strict_mode = true)) to ${parquet} (format parquet, compression snappy, row_group_size 40960)`,
  );
  await duck.run(`create view source as select * from read_parquet(${parquet})`);
}

const namesOf = (of: LineItemColumn['of']): string[] =>
  lineItemColumns.filter((column) => column.of === of).map((column) => column.name);

export const kindColumns = namesOf('kind');
export const amountColumns = lineItemColumns
  .filter((column) => column.of === 'fact' && column.type !== 'date')
  .map((column) => column.name);

/** What makes a kind this kind: a number while a file is read, and a digest that stays. */
const kindHash = `hash(${kindColumns.join(', ')})`;
const kindDigest = `md5(concat_ws(chr(31), ${kindColumns.map((name) => `coalesce(${name}::varchar, '')`).join(', ')}))`;

export interface FileSummary {
  readonly sourceRows: number;
  readonly lastDate: string | null;
}

const tagHash = (recognised: RecognisedFile) => {
  const { columns } = tagsOf(recognised);
  return columns.length > 0 ? `hash(${columns.join(', ')})` : '0::ubigint';
};

/** An amount has two columns: 64 bits where it fits, and 128 where it does not. */
const extrasOf = (recognised: RecognisedFile) => [
  `${tagHash(recognised)} as tags_hash`,
  ...amountColumns.map(
    (name) => `${shortAmount(recognised, name) ?? 'cast(null as decimal(18,12))'} as ${name}_short`,
  ),
];

const sumsOf = (name: string) =>
  `sum(${name}_short) as ${name}_short, sum(case when ${name}_short is null then ${name} end) as ${name}_long`;

/** The sums of sums. */
const sumsAgain = (name: string) =>
  `sum(f.${name}_short) as ${name}_short, sum(f.${name}_long) as ${name}_long`;

/** Both sums of an amount as one text. PostgreSQL takes a number that ends with its point. */
const textOf = (name: string) => `case
    when ${name}_long is null and abs(${name}_short) < 999999 then rtrim(cast(${name}_short as decimal(18,12))::varchar, '0')
    when ${name}_short is null then rtrim(${name}_long::varchar, '0')
    else rtrim((cast(${name}_short as decimal(38,18)) + coalesce(${name}_long, 0))::varchar, '0') end as ${name}`;

/** Each set of tags once, however many rows have it: to read one out of its column costs more than all the rest of a row. */
async function makeTags(duck: Duck, recognised: RecognisedFile): Promise<void> {
  const { columns, expression } = tagsOf(recognised);
  const distinct = columns.length > 0 ? `select distinct ${columns.join(', ')} from source` : 'select 1';
  await duck.run(
    `create temp table tag_sets as
     select *, md5(tags) as digest from (select ${tagHash(recognised)} as hash, ${expression} as tags from (${distinct}))`,
  );
  const [clash] = await duck.rows<{ clashes: number }>(
    'select count(*) - count(distinct hash) as clashes from tag_sets',
  );
  if (Number(clash?.clashes) > 0) throw new Error('Two sets of tags have the same hash.');
}

/** `mapped`: the line items of the files, those of accounts with a connection of their own left out. */
export async function mapFiles(
  duck: Duck,
  files: { paths: readonly string[]; kind: FileKind },
  leftOut: readonly string[],
): Promise<FileSummary> {
  try {
    await openSource(duck, files.paths, files.kind);
    const columns = await duck.rows<{ column_name: string; column_type: string }>('describe source');
    const recognised = recognise(
      columns.map((column) => ({ name: column.column_name, type: column.column_type })),
    );
    if (!recognised.ok) throw new LoadFailure('not-understood', recognised.problem);
    await makeTags(duck, recognised);
    const without =
      leftOut.length > 0 ? ` where sub_account_id not in (${leftOut.map(quoted).join(', ')})` : '';
    await duck.run(
      `create view mapped as select * from (${selectLineItems(recognised, 'source', extrasOf(recognised))})${without}`,
    );
    const named = kindColumns.map((name) => `any_value(${name}) as ${name}`).join(', ');
    await duck.run(
      `create temp table kinds as
       select ${kindDigest} as digest, * from (select ${kindHash} as hash, ${named} from mapped group by 1)`,
    );
    await duck.run(
      `create temp table resources as
       select sub_account_id, resource_id, arg_max(resource_name, charge_date) as name,
         arg_max(resource_type, charge_date) as resource_type, arg_max(service_name, charge_date) as service_name,
         arg_max(region_id, charge_date) as region_id, min(charge_date) as first_seen, max(charge_date) as last_seen
       from mapped where resource_id <> '' group by sub_account_id, resource_id`,
    );
    const [summary] = await duck.rows<{ rows: string; last_date: string | null }>(
      'select count(*) as rows, max(charge_date) as last_date from mapped',
    );
    return { sourceRows: Number(summary?.rows ?? 0), lastDate: summary?.last_date ?? null };
  } catch (error) {
    if (error instanceof DuckError) throw LoadFailure.ofFile(error);
    throw error;
  }
}

/** Which keys the dictionaries gave: files of digest (or resource id) and key, as PostgreSQL wrote them. */
export interface KeyFiles {
  readonly kinds: string;
  readonly resources: string;
  readonly tags: string;
}

export interface FactFiles {
  readonly lineItems: string;
  readonly charges: string;
  /** Of each resource the tags that it had last, and on which day. */
  readonly resourceTags: string;
  readonly accounts: readonly { id: string; name: string }[];
  readonly rows: number;
}

// Nothing is guessed: a file may be empty, and an id may look like a number.
const csv = (path: string, columns: string) =>
  `read_csv(${quoted(path)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', columns = ${columns})`;

/** Sums the line items to the day, resource, kind and tags, and writes them as CSV in the order that they will lie in. */
export async function writeFacts(duck: Duck, period: string, keys: KeyFiles): Promise<FactFiles> {
  const lineItems = `${duck.directory}/line-items.csv`;
  const charges = `${duck.directory}/charges.csv`;
  const resourceTags = `${duck.directory}/resource-tags.csv`;
  const sums = amountColumns.map(sumsOf).join(', ');
  try {
    await duck.run(
      `create temp table facts as
       select m.charge_date, coalesce(r.key, 0) as resource_key, k.key as kind_key, coalesce(t.key, 0) as tag_key, ${sums}
       from mapped m
       join (select hash, key from kinds join ${csv(keys.kinds, "{'d': 'UUID', 'key': 'INTEGER'}")} on d::varchar = (digest::uuid)::varchar) k
         on k.hash = ${kindHash}
       left join ${csv(keys.resources, "{'account': 'VARCHAR', 'id': 'VARCHAR', 'key': 'INTEGER'}")} r
         on r.account = m.sub_account_id and r.id = m.resource_id
       left join (select hash, key from tag_sets join ${csv(keys.tags, "{'d': 'UUID', 'key': 'INTEGER'}")} on d = digest::uuid) t
         on t.hash = m.tags_hash
       group by all`,
    );
    await duck.run(
      `copy (select charge_date, resource_key, kind_key, tag_key, ${amountColumns.map(textOf).join(', ')}
         from facts order by resource_key, charge_date) to ${quoted(lineItems)} (format csv, header false)`,
    );
    await duck.run(
      `copy (select resource_key, arg_max(tag_key, charge_date), max(charge_date) from facts where resource_key > 0 group by 1)
       to ${quoted(resourceTags)} (format csv, header false)`,
    );
    const first = `date ${quoted(period)}`;
    await duck.run(
      `create temp table kind_keys as
       select k.*, f.key from kinds k join ${csv(keys.kinds, "{'d': 'UUID', 'key': 'INTEGER'}")} f on f.d = k.digest::uuid`,
    );
    await duck.run(
      `copy (
         select charge_date, sub_account_id, service_name, region_id, charge_category, record_type, billing_currency,
           ${textOf('billed_cost')}, ${textOf('effective_cost')}
         from (
           select least(greatest(f.charge_date, ${first}), last_day(${first})) as charge_date, k.sub_account_id, k.service_name,
             k.region_id, k.charge_category, case k.charge_category when 'Usage' then '' else k.charge_category end as record_type,
             k.billing_currency, ${['billed_cost', 'effective_cost'].map(sumsAgain).join(', ')}
           from facts f join kind_keys k on k.key = f.kind_key group by all
         )
       ) to ${quoted(charges)} (format csv, header false)`,
    );
    const accounts = await duck.rows<{ id: string; name: string }>(
      'select sub_account_id as id, max(sub_account_name) as name from kinds group by 1',
    );
    const [count] = await duck.rows<{ rows: string }>('select count(*) as rows from facts');
    return { lineItems, charges, resourceTags, accounts, rows: Number(count?.rows ?? 0) };
  } catch (error) {
    if (error instanceof DuckError) throw LoadFailure.ofFile(error);
    throw error;
  }
}

/** The new words of the dictionaries, as CSV for PostgreSQL. */
export async function writeWords(duck: Duck): Promise<KeyFiles> {
  const files: KeyFiles = {
    kinds: `${duck.directory}/kinds.csv`,
    resources: `${duck.directory}/resources.csv`,
    tags: `${duck.directory}/tags.csv`,
  };
  await duck.run(
    `copy (select digest, ${kindColumns.join(', ')} from kinds) to ${quoted(files.kinds)} (format csv, header false)`,
  );
  await duck.run(
    `copy (select sub_account_id, resource_id, name, resource_type, service_name, region_id, first_seen, last_seen
       from resources) to ${quoted(files.resources)} (format csv, header false)`,
  );
  await duck.run(
    `copy (select distinct digest, tags from tag_sets where tags <> '{}') to ${quoted(files.tags)} (format csv, header false)`,
  );
  return files;
}
