import type { Duck } from '@/duck/duck';
import { literal } from '@/focus/sql';
import { sumsAgain, textOf } from './amounts';

/** Daily totals told apart by reported tags, as `addTagCharges` takes them in: groups, and their months. */
export interface TagFiles {
  readonly tagGroups: string;
  readonly tagMonths: string;
}

const GROUP = ['charge_category', 'sub_account_id', 'service_name', 'region_id', 'billing_currency', 'no'];

/** One thing of a group's days, in the order of its days, as PostgreSQL writes an array. To sort the days alone is cheaper. */
const arrayOf = (of: 'days' | 'billed' | 'effective') =>
  `'{' || array_to_string(list_select(${of}, in_order), ',') || '}'`;

/** Writes `tag_totals`, the sums by day and group, of which `no` points into `reported_tags`. */
export async function writeTagTotals(duck: Duck): Promise<TagFiles> {
  const tagGroups = `${duck.directory}/tag-groups.csv`;
  const tagMonths = `${duck.directory}/tag-months.csv`;
  await duck.run(
    `create temp table tag_groups as
     select row_number() over ()::integer as group_no, * from (select distinct ${GROUP.join(', ')} from tag_totals)`,
  );
  await duck.run(
    `copy (
       select group_no, charge_category, sub_account_id, service_name, region_id, billing_currency, reported
       from tag_groups join reported_tags using (no)
     ) to ${literal(tagGroups)} (format csv, header false)`,
  );
  await duck.run(
    `copy (
       select group_no, charge_month, ${arrayOf('days')}, ${arrayOf('billed')}, case when not is_same then ${arrayOf('effective')} end,
         ${textOf('billed_cost')}, ${textOf('effective_cost')}
       from (select *, list_grade_up(days) as in_order from (
         select group_no, charge_month, bool_and(billed_cost = effective_cost) as is_same,
           list(day(charge_date)) as days, list(billed_cost) as billed, list(effective_cost) as effective,
           ${['billed_cost', 'effective_cost'].map(sumsAgain).join(', ')}
         from (
           select g.group_no, t.charge_date, date_trunc('month', t.charge_date)::date as charge_month,
             ${['billed_cost', 'effective_cost'].map((name) => `t.${name}_short, t.${name}_long, ${textOf(name)}`).join(', ')}
           from tag_totals t join tag_groups g using (${GROUP.join(', ')})
         ) f
         group by group_no, charge_month
       ))
     ) to ${literal(tagMonths)} (format csv, header false)`,
  );
  return { tagGroups, tagMonths };
}
