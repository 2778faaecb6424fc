import type { DuckDBConnection } from '@duckdb/node-api';
import type { Grain } from '../world/billing-state';

export interface FactsRequest {
  /** FOCUS knows no negations, and shows what is unused of a commitment in a row of its own. */
  isFocus: boolean;
  grain: Grain;
  /** Of a million rows of resources about so many are kept; the cost stays the same. */
  kept?: number;
}

const FEES = "('SavingsPlanRecurringFee', 'RIFee')";

const focusCells = `
  select c.*, false as is_unused from cells c join lines using (line) where record_type <> 'SavingsPlanNegation'
  union all
  select c.line, c.day, 0, c.amortized, 0, true from cells c join lines using (line)
  where record_type in ${FEES} and c.amortized <> 0`;

/** What falls to one of several: all of it goes to somebody, since the last stops where the whole does. */
const partOf = (amount: string, upTo: string, weight: string, whole: string): string =>
  `trunc(${amount} * (${upTo} / ${whole})) - trunc(${amount} * ((${upTo} - ${weight}) / ${whole}))`;

const AMOUNTS = ['unblended', 'amortized', 'quantity'];

/**
 * Makes the table `facts` from `cells`, `lines` and `shares`: line items as whole numbers, each cell's amounts split over the
 * resources that were there on the day (and over hours), so that every sum stays what the ledger says.
 */
export async function makeFacts(connection: DuckDBConnection, request: FactsRequest): Promise<void> {
  const cells = request.isFocus ? focusCells : 'select *, false as is_unused from cells';
  const isKept =
    request.kept === undefined
      ? 'true'
      : `hash(s.line * 1000003 + s.resource, c.day) % 1000000 < ${request.kept}`;
  const split = AMOUNTS.map(
    (amount) =>
      `case when whole is null then ${amount} else ${partOf(amount, 'up_to', 'weight', 'whole')} end as ${amount}`,
  );
  const hours =
    request.grain === 'hourly'
      ? 'join lines using (line) cross join (select unnest(range(24)) as hour) where is_hourly or hour = 0'
      : 'cross join (select 0 as hour)';
  const byHour = AMOUNTS.map((amount) =>
    request.grain === 'hourly'
      ? `case when is_hourly then ${partOf(amount, '(hour + 1)', '1', '24')} else ${amount} end as ${amount}`
      : amount,
  );
  await connection.run(`create or replace temp table facts as
    with cells_of_format as (${cells}),
    shared as (
      select c.line, c.day, s.resource, s.weight,
        sum(s.weight) over (partition by c.line, c.day order by s.resource
          rows between unbounded preceding and current row) as up_to,
        sum(s.weight) over (partition by c.line, c.day) as whole
      from cells c join shares s using (line) where s.created <= c.day and c.day < s.deleted and ${isKept}
    ),
    split as (select line, day, is_unused, resource, ${split.join(', ')}
      from cells_of_format left join shared using (line, day)),
    hourly as (select line, day, is_unused, resource, hour, ${byHour.join(', ')} from split ${hours})
    select line, day::integer as day, hour::integer as hour, is_unused, resource,
      ${AMOUNTS.map((amount) => `${amount}::bigint as ${amount}`).join(', ')}
    from hourly where unblended <> 0 or amortized <> 0 or quantity <> 0
    order by line, resource, day, hour`);
}
