import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Ctx } from '@/context';
import { readConnection } from '@/features/connections/read-connections';
import { readExports } from '@/features/exports/read-exports';
import { readResources } from '@/features/resources/read-resources';
import { parseResourceQuery } from '@/features/resources/resource-query';
import { startWorker } from '@/jobs/worker';
import type { Runtime } from '@/runtime';
import {
  connectAccount,
  demoContext,
  DEMO_OWNER,
  MANAGEMENT_ACCOUNT,
  useBillingExport,
} from '../../../scripts/demo-world';
import { publishTemplate } from '../../../scripts/template-publish';
import { OPERATOR_CREDENTIALS, TEMPLATE_BUCKET } from '../../simulated-aws/vendor';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { EXPORT, expectAgreement } from '../exports/support';
import { nanos } from '../syncs/amounts';
import { awsMonths } from '../syncs/aws-truth';

const MINUTE = 60_000;

let bench: Workbench;
let runtime: Runtime;
let worker: Awaited<ReturnType<typeof startWorker>>;
let ctx: Ctx;
let id: string;

/** As the demo does: the template is in the simulated S3, from where the customer launches it. */
async function templateUrl(): Promise<string> {
  const client = new S3Client({
    ...{ endpoint: bench.aws.url, region: 'us-east-1', forcePathStyle: true },
    credentials: OPERATOR_CREDENTIALS,
  });
  const { url } = await publishTemplate({ client, bucket: TEMPLATE_BUCKET, endpoint: bench.aws.url });
  client.destroy();
  return url;
}

/** What `npm run demo` does once its processes are there, with a worker of this process. */
async function seed(): Promise<void> {
  const { ctx: made, isNew } = await demoContext(runtime);
  expect(isNew).toBe(true);
  ctx = made;
  id = await connectAccount(ctx, MANAGEMENT_ACCOUNT, bench.aws.url, 'first-month', EXPORT);
  await useBillingExport(ctx, id);
}

beforeAll(async () => {
  bench = await createWorkbench();
  // The worker's queue keeps its own time.
  bench.clock.set(new Date());
  const config = { ...bench.runtime.config, templateUrl: await templateUrl() };
  runtime = { ...bench.runtime, aws: bench.awsWithInventory, config };
  worker = await startWorker(runtime);
  await seed();
  await vi.waitFor(
    async () => {
      const [{ exports, periods }, { sync }] = [await readExports(ctx, id), await readConnection(ctx, id)];
      const loaded = periods.filter((one) => one.loadedAt !== null).length;
      expect([exports[0]?.checkedAt !== null, loaded, sync?.status]).toEqual([true, 3, 'done']);
    },
    { timeout: 2 * MINUTE, interval: 250 },
  );
}, 4 * MINUTE);
afterAll(async () => {
  await worker?.stop();
  await bench.close();
});

describe('what the demo begins with', () => {
  it('is an organization whose billing export has taken over from Cost Explorer', async () => {
    const { exports, periods } = await readExports(ctx, id);
    expect(exports.map((one) => [one.isChosen, one.isGone, one.problem, one.failure])).toEqual([
      [true, false, null, null],
    ]);
    expect(periods.map((one) => [one.failure, one.accounts])).toEqual(periods.map(() => [null, 3]));
    const { connection } = await readConnection(ctx, id);
    expect([connection.status, connection.awsAccountId]).toEqual(['active', MANAGEMENT]);
    // What is shown of these months is the export's; Cost Explorer's figures of them are kept to compare with.
    const dailyOf = (table: string, source: string) =>
      `select charge_date, sub_account_id, service_name, region_id, charge_category, trim_scale(sum(billed_cost)) as billed
       from ${table} c join covered_month m using (workspace_id, connection_id, sub_account_id)
       where connection_id = $1 and m.billing_period = date_trunc('month', c.charge_date) ${source} group by 1, 2, 3, 4, 5`;
    const [shown, ofExport] = [dailyOf('charge_daily', ''), dailyOf('charge', "and c.source = 'export'")];
    const { rows } = await bench.database.owner.query<{ shown: number; odd: number }>(
      `select (select count(*)::integer from (${shown}) s) as shown,
         (select count(*)::integer from ((${shown}) except (${ofExport})) e) +
         (select count(*)::integer from ((${ofExport}) except (${shown})) e) as odd`,
      [id],
    );
    expect(rows[0]?.shown).toBeGreaterThan(1_000);
    expect(rows[0]?.odd).toBe(0);
  });

  it('has of every account and month what Cost Explorer says, to the last decimal', async () => {
    const { totals, items } = await expectAgreement(ctx, id);
    expect(totals.length).toBeGreaterThan(items.length);
    const today = bench.clock.now().toISOString().slice(0, 10);
    for (const account of [MANAGEMENT, PRODUCTION, STAGING]) {
      const ours = items.filter((one) => one.account === account);
      expect(ours).toHaveLength(3);
      const start = ours[0]?.period ?? '';
      const aws = await awsMonths(bench, account, { start, end: today });
      const kept = new Map(
        ours.map(({ period = '', billed = '', effective = '' }) => [
          period.slice(0, 7),
          { billed: nanos(billed), effective: nanos(effective) },
        ]),
      );
      expect(kept, account).toEqual(aws);
    }
  });

  it('has resources that cost something, with names that the inventory has told', async () => {
    const parsed = parseResourceQuery(new URLSearchParams());
    const list = parsed.ok ? await readResources(ctx, parsed.query, { offset: 0, limit: 20 }) : null;
    expect(list?.total).toBeGreaterThan(20);
    expect(list?.lines).toHaveLength(20);
    expect(Number(list?.lines[0]?.costs?.['30']?.now)).toBeGreaterThan(0);
    const { rows } = await bench.database.owner.query<{ listed: number; billed: number }>(
      `select count(*) filter (where listed_at is not null)::integer as listed,
         count(*) filter (where first_seen is not null and listed_at is not null)::integer as billed
       from resource where connection_id = $1`,
      [id],
    );
    expect(rows[0]?.listed).toBeGreaterThan(10);
    expect(rows[0]?.billed).toBeGreaterThan(0);
  });

  it('is there once: a second start finds its owner and makes nothing', async () => {
    const again = await demoContext(runtime);
    expect([again.isNew, again.ctx.workspaceId]).toEqual([false, ctx.workspaceId]);
    const owner = await runtime.db.prisma.appUser.findMany({ where: { email: DEMO_OWNER.email } });
    expect(owner.map((one) => one.emailVerifiedAt !== null)).toEqual([true]);
  });
});
