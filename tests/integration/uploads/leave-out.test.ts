import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { parseCostQuery } from '@/features/costs/schemas';
import { readOverview } from '@/features/costs/read-overview';
import { readUploads } from '@/features/uploads/read-uploads';
import { listFiles } from '@/features/uploads/list-files';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { focusCsv, keptOf, newSource, upload, type Row } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
});

const aws: Row = { ProviderName: 'AWS', ServiceName: 'Amazon EC2', BillingAccountId: MANAGEMENT };
const rows: Row[] = [
  {
    ...aws,
    SubAccountId: PRODUCTION,
    ResourceId: 'i-1',
    BilledCost: '10',
    EffectiveCost: '8',
    Tags: '{"env":"prod"}',
  },
  {
    ...aws,
    SubAccountId: PRODUCTION,
    ResourceId: 'i-2',
    BilledCost: '20',
    EffectiveCost: '20',
    Tags: '{"env":"test"}',
  },
  {
    ...aws,
    SubAccountId: '555555555555',
    ResourceId: 'i-3',
    BilledCost: '3',
    EffectiveCost: '3',
    Tags: '{"env":"prod"}',
  },
  { BilledCost: '5', EffectiveCost: '5' },
];

/** December as an overview has it. */
async function december(query = '') {
  const parsed = parseCostQuery(
    new URLSearchParams(`from=2026-12-01&to=2026-12-31&${query}`),
    bench.clock.now(),
  );
  return parsed.ok ? readOverview(ctx, parsed.query) : null;
}

/** Runs what is queued for sources of files; returns which ones. */
async function runQueued(of = ctx): Promise<string[]> {
  const { rows: jobs } = await bench.database.owner.query<{ id: string }>(
    `delete from pgboss.job where name = 'read-uploads' and data ->> 'workspaceId' = $1 returning data ->> 'connectionId' as id`,
    [of.workspaceId],
  );
  for (const { id } of jobs) await readUploads(bench.asWorker(of), { connectionId: id });
  return jobs.map((job) => job.id);
}

const left = { billed: '8', effective: '8' };

describe('an account that a role brings after a file did', () => {
  it('is taken out of the file after the first sync, and counts once', async () => {
    const connectionId = await newSource(ctx);
    await upload(bench, ctx, { connectionId, bytes: focusCsv(rows) });
    const bytes = focusCsv([{ BilledCost: '7', EffectiveCost: '7', ResourceId: '/vm/two' }]);
    await upload(bench, ctx, { connectionId, bytes, name: 'other.csv' });
    expect((await keptOf(ctx, connectionId)).items).toEqual({ billed: '45', effective: '43' });

    await runQueued();
    const { connection } = await bench.connectAndSync(ctx, { account: PRODUCTION });
    expect(await runQueued()).toEqual([connectionId]);
    const kept = await keptOf(ctx, connectionId);
    const all = { billed: '15', effective: '15' };
    expect(kept).toEqual({ items: all, charges: all, daily: all, totals: all });

    const files = await listFiles(ctx, connectionId);
    const told = Object.fromEntries(
      files.map((file) => [file.name, file.warnings.filter((one) => one.includes('left out'))]),
    );
    expect(told['other.csv']).toEqual([]);
    expect(told['september.csv']?.join()).toContain('an account that is connected by a role was left out');
    const { owner } = bench.database;
    const resources = await owner.query<{ id: string }>(
      'select resource_id as id from resource where connection_id = $1 order by 1',
      [connectionId],
    );
    expect(resources.rows.map((row) => row.id)).toEqual(['/vm/one', '/vm/two', 'i-3']);
    const accounts = await owner.query(
      'select from linked_account where connection_id = $1 and aws_account_id = $2',
      [connectionId, PRODUCTION],
    );
    expect(accounts.rows).toEqual([]);
    // What is left adds up in every way in which it can be asked for.
    const aws = await owner.query<{ sum: string }>(
      `select sum(effective_cost)::text as sum from charge_daily where connection_id = $1 and charge_date >= '2026-12-01' and charge_date < '2027-01-01'`,
      [connection.id],
    );
    const total = (await december())?.kpis.total;
    expect(Number(total)).toBeCloseTo(Number(aws.rows[0]?.sum) + 15, 9);
    expect((await december('by=tag:env'))?.kpis.total).toBe(total);
    const byTag = await december('by=tag:env');
    expect(byTag?.lines.find((line) => line.id === '=prod')?.amount).toBe('15');
    expect(byTag?.lines.find((line) => line.id === '=test')).toBeUndefined();
    const counted = await owner.query<{ table_name: string; rows: number }>(
      `select table_name, rows::integer from row_count where connection_id = $1 and rows <> 0 order by 1`,
      [connectionId],
    );
    for (const { table_name: table, rows: count } of counted.rows) {
      const real = await owner.query<{ n: number }>(
        `select count(*)::integer as n from ${table} where connection_id = $1`,
        [connectionId],
      );
      expect(count, table).toBe(real.rows[0]?.n);
    }
    const trail = await owner.query<{ detail: unknown }>(
      `select detail from audit_event where workspace_id = $1 and action = 'upload.left-out'`,
      [ctx.workspaceId],
    );
    expect(trail.rows).toEqual([{ detail: { accounts: 1, rows: 2 } }]);
  });

  it('is looked for once: nothing happens to a source without such an account, or a second time', async () => {
    const connectionId = await newSource(ctx);
    await upload(bench, ctx, { connectionId, bytes: focusCsv(rows) });
    await runQueued();
    await bench.connectAndSync(ctx, { account: STAGING });
    expect(await runQueued()).toEqual([]);
    expect((await keptOf(ctx, connectionId)).items).toEqual({ billed: '38', effective: '36' });
    const { connection } = await bench.connectAndSync(ctx, { account: PRODUCTION });
    expect(await runQueued()).toEqual([connectionId]);
    expect((await keptOf(ctx, connectionId)).items).toEqual(left);
    await bench.sync(ctx, connection.id);
    expect(await runQueued()).toEqual([]);
    await readUploads(bench.asWorker(ctx), { connectionId });
    const [file] = await listFiles(ctx, connectionId);
    expect(file?.warnings.filter((one) => one.includes('left out'))).toHaveLength(1);
  });

  it('leaves the files of another workspace alone', async () => {
    const other = await bench.newWorkspace();
    const theirs = await newSource(other);
    await upload(bench, other, { connectionId: theirs, bytes: focusCsv(rows) });
    await runQueued(other);
    await bench.connectAndSync(ctx, { account: PRODUCTION });
    expect(await runQueued()).toEqual([]);
    expect(await runQueued(other)).toEqual([]);
    await readUploads(bench.asWorker(other), { connectionId: theirs });
    expect((await keptOf(other, theirs)).items).toEqual({ billed: '38', effective: '36' });
  });
});
