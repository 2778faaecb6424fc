import { expect } from 'vitest';
import type { Ctx } from '@/context';
import { withSql } from '@/context';
import { chooseExport } from '@/features/exports/choose-export';
import { readExports } from '@/features/exports/read-exports';
import { DEMO_BUCKET, DEMO_EXPORT, DEMO_PREFIX } from '../../simulated-aws/world/billing-state';
import type { Workbench } from '../../support/workbench';

export const EXPORT = { bucket: DEMO_BUCKET, prefix: DEMO_PREFIX };

/** A connection to the payer whose export is chosen and loaded. */
export async function connectWithExport(bench: Workbench, ctx: Ctx, name = DEMO_EXPORT): Promise<string> {
  const { id } = (await bench.connectAndSync(ctx, { billingExport: EXPORT })).connection;
  await choose(ctx, id, name);
  await bench.sync(ctx, id);
  return id;
}

export async function choose(ctx: Ctx, connectionId: string, name = DEMO_EXPORT): Promise<void> {
  const { exports } = await readExports(ctx, connectionId);
  const found = exports.find((one) => one.name === name);
  if (!found) throw new Error(`There is no export ${name}.`);
  await chooseExport(ctx, { connectionId, exportId: found.id });
}

/** Sums that ought to agree whatever the source: by account and month, of the rollup and of the line items. */
export async function sumsOf(ctx: Ctx, connectionId: string) {
  return withSql(ctx, 'read', async (sql) => {
    const key = [ctx.workspaceId, connectionId];
    const totals = await sql.query<Record<string, string>>(
      `select billing_period as period, sub_account_id as account, trim_scale(aws_billed)::text as aws_billed,
         trim_scale(our_billed)::text as our_billed, trim_scale(aws_effective)::text as aws_effective,
         trim_scale(our_effective)::text as our_effective
       from control_total where workspace_id = $1 and connection_id = $2 order by 1, 2`,
      key,
    );
    const items = await sql.query<Record<string, string>>(
      `select l.billing_period as period, k.sub_account_id as account, trim_scale(sum(l.billed_cost))::text as billed,
         trim_scale(sum(l.effective_cost))::text as effective
       from line_item l join charge_kind k using (workspace_id, connection_id, kind_key)
       where l.workspace_id = $1 and l.connection_id = $2 group by 1, 2 order by 1, 2`,
      key,
    );
    return { totals: totals.rows, items: items.rows };
  });
}

/** Every account and month is what AWS says of it, to the last decimal; answers the sums. */
export async function expectAgreement(ctx: Ctx, connectionId: string) {
  const sums = await sumsOf(ctx, connectionId);
  for (const total of sums.totals)
    expect([total.our_billed, total.our_effective], `${total.period} ${total.account}`).toEqual([
      total.aws_billed,
      total.aws_effective,
    ]);
  return sums;
}

/** Every line item in words, in an order of their own: what two loads of the same files must have alike. */
export async function lineItemsOf(bench: Workbench, connectionId: string): Promise<string[]> {
  const { rows } = await bench.database.owner.query<{ line: string }>(
    `select concat_ws('|', l.billing_period, l.charge_date, r.resource_id, k.digest, t.tags, l.billed_cost, l.effective_cost, l.list_cost,
       l.contracted_cost, l.consumed_quantity, l.pricing_quantity, l.commitment_discount_quantity) as line
     from line_item l
     join charge_kind k using (workspace_id, connection_id, kind_key)
     left join resource r using (workspace_id, connection_id, resource_key)
     left join tag_set t using (workspace_id, connection_id, tag_key)
     where l.connection_id = $1 order by 1`,
    [connectionId],
  );
  return rows.map((row) => row.line);
}

/** Rows of every table of the connection against the counts that loads keep. */
export async function countsOf(
  bench: Workbench,
  connectionId: string,
): Promise<Record<string, [kept: number, real: number]>> {
  const { rows } = await bench.database.owner.query<{ table_name: string; rows: string }>(
    'select table_name, rows from row_count where connection_id = $1',
    [connectionId],
  );
  const counts: Record<string, [number, number]> = {};
  for (const { table_name: table, rows: kept } of rows) {
    const real = await bench.database.owner.query<{ n: string }>(
      // What is filled in and not published is nowhere yet.
      `select count(*) as n from ${table} where connection_id = $1${
        table === 'line_item'
          ? ` and (shelf in (select c.shelf from connection c where c.id = $1) or shelf = 0
                or shelf in (select p.shelf from billing_period p where p.connection_id = $1)
                or shelf in (select f.shelf from uploaded_file f where f.connection_id = $1))`
          : ''
      }`,
      [connectionId],
    );
    counts[table] = [Number(kept), Number(real.rows[0]?.n)];
  }
  return counts;
}
