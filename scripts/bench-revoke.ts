import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Ctx } from '../src/context';
import { readOverview } from '../src/features/costs/read-overview';
import { parseCostQuery } from '../src/features/costs/schemas';
import { readReceipt } from '../src/features/erasure/read-receipt';
import { revokeConnection } from '../src/features/erasure/revoke-connection';
import { provenNow } from './demo-world';

export interface RevokeFigures {
  readonly facts: number;
  readonly insertSeconds: number;
  readonly outOfAnswersMs: number;
  readonly rowsGoneMs: number;
  readonly overviewAfterMs: number;
}

/** A connection with its own shelf and so many facts, written as the owner: the load is not what is measured here. */
async function fill(ctx: Ctx, ownerUrl: string, facts: number): Promise<{ id: string; seconds: number }> {
  const id = randomUUID();
  const started = performance.now();
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ shelf: number }>('select open_shelf() as shelf');
    const shelf = rows[0]?.shelf ?? 0;
    const key = [ctx.workspaceId, shelf, id];
    await client.query(
      `insert into connection (workspace_id, id, name, status, aws_account_id, role_name, external_id, groups, shelf, active_since)
       values ($1, $2, 'Bench', 'active', '000000000001', 'BelvedereReadOnly', $4, '{}', $3, now())`,
      [ctx.workspaceId, id, shelf, id],
    );
    await client.query(
      `insert into charge (workspace_id, shelf, connection_id, charge_date, line, sub_account_id, service_name, region_id,
         charge_category, record_type, currency, billed_cost, effective_cost)
       select $1, $2, $3, current_date - 1 - (i % 400)::integer, i, 'account ' || i % 12, 'service ' || i % 40, 'region ' || i % 8,
         'Usage', '', 'USD', (i % 9973) * 0.000137, (i % 9973) * 0.000137
       from generate_series(1, $4::integer) i`,
      [...key, facts],
    );
    await client.query(
      `insert into charge_daily select workspace_id, shelf, connection_id, charge_date, charge_category, sub_account_id, service_name,
         region_id, currency, sum(billed_cost), sum(effective_cost)
       from charge where workspace_id = $1 and shelf = $2 and connection_id = $3 group by 1, 2, 3, 4, 5, 6, 7, 8, 9`,
      key,
    );
    await client.query(
      `insert into charge_daily_by select workspace_id, shelf, connection_id, 'service', charge_date, charge_category, service_name, '',
         currency, sum(billed_cost), sum(effective_cost)
       from charge_daily where workspace_id = $1 and shelf = $2 and connection_id = $3 group by 1, 2, 3, 5, 6, 7, 9`,
      key,
    );
    await client.query(
      `insert into row_count (workspace_id, connection_id, table_name, rows)
       values ($1, $2, 'charge', (select count(*) from charge where shelf = $3)),
         ($1, $2, 'charge_daily', (select count(*) from charge_daily where shelf = $3)),
         ($1, $2, 'charge_daily_by', (select count(*) from charge_daily_by where shelf = $3)), ($1, $2, 'charge_monthly_by', 0)`,
      [ctx.workspaceId, id, shelf],
    );
    await client.query(
      `insert into control_total (workspace_id, connection_id, billing_period, sub_account_id, currency, aws_billed, aws_effective, estimated, fetched_at)
       values ($1, $2, date_trunc('month', now())::date, 'account 1', 'USD', 0, 0, true, now())`,
      [ctx.workspaceId, id],
    );
  } finally {
    await client.end();
  }
  return { id, seconds: (performance.now() - started) / 1000 };
}

/** Revokes a connection of `facts` facts and says when it was out of every answer, and when the rows were gone. */
export async function benchRevoke(ctx: Ctx, ownerUrl: string, facts: number): Promise<RevokeFigures> {
  const { id, seconds } = await fill(ctx, ownerUrl, facts);
  await revokeConnection(provenNow(ctx), { connectionId: id, confirmation: 'Bench' });
  const { content } = await readReceipt(ctx, id);
  const parsed = parseCostQuery(new URLSearchParams(), ctx.now());
  const started = performance.now();
  if (parsed.ok) await readOverview(ctx, parsed.query);
  return {
    facts: content.rows.find((row) => row.table === 'charge')?.before ?? 0,
    insertSeconds: seconds,
    outOfAnswersMs: content.outOfEveryAnswerAfterMs ?? Number.NaN,
    rowsGoneMs: content.rowsGoneAfterMs,
    overviewAfterMs: performance.now() - started,
  };
}
