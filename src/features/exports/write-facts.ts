import { DuckError, type Duck } from '@/duck/duck';
import { literal, withinMonth } from '@/focus/sql';
import { shortOf, sumsAgain, textOf, wholeSum, wideIn } from './amounts';
import { LoadFailure } from './load-failure';
import { amountColumns } from './read-files';
import { csv, hasKey, RESOURCE_KEYS, type KeyFiles } from './word-files';
import { writeTagTotals, type TagFiles } from './write-tag-totals';

export interface FactFiles extends TagFiles {
  readonly lineItems: string;
  readonly charges: string;
  /** Of each resource its first and last day, its tags on the last, and a kind of the service that it costs most of. */
  readonly resourceDays: string;
  readonly accounts: readonly { id: string; name: string }[];
  readonly rows: number;
}

/** More than any key: of a day and a key in one number the last day's largest key is the largest, and 0, none, is the smallest. */
const KEYS = '2147483648';

const sumsOf = (name: string) => `sum(m.${name}_short) as ${name}_short, sum(m.${name}_long) as ${name}_long`;

const asItIs = (name: string) => `m.${name}_short, m.${name}_long`;

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
         select w.hash, k.key from resource_words w join resources n using (sub_account_id, resource_id)
         join ${csv([keys.resources, keys.knownResources ?? []].flat(), RESOURCE_KEYS)} k on ${hasKey('n')}
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
