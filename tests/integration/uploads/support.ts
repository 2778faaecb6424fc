import { readFileSync } from 'node:fs';
import { withSql, type Ctx } from '@/context';
import { readFileSummary, type FileSummary } from '@/features/uploads/list-files';
import { readUploads } from '@/features/uploads/read-uploads';
import { receiveFile } from '@/features/uploads/receive-file';
import { startSource } from '@/features/uploads/start-source';
import type { Workbench } from '../../support/workbench';

export const SAMPLE = readFileSync(
  new URL('../../fixtures/focus/focus-1.0-sample-1000.csv', import.meta.url),
);

export async function* bodyOf(bytes: Uint8Array, piece = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += piece) {
    await Promise.resolve();
    yield bytes.subarray(at, at + piece);
  }
}

export const newSource = async (ctx: Ctx, name = 'Azure'): Promise<string> =>
  (await startSource(ctx, { name })).id;

/** Uploads, and has the worker read it. */
export async function upload(
  bench: Workbench,
  ctx: Ctx,
  file: { connectionId: string; bytes: Uint8Array; name?: string; isWanted?: boolean },
): Promise<FileSummary> {
  const { connectionId, bytes, name = 'september.csv', isWanted = true } = file;
  const { id } = await receiveFile(ctx, { connectionId, name, isWanted }, bodyOf(bytes));
  await readUploads(bench.asWorker(ctx), { connectionId });
  return readFileSummary(ctx, connectionId, id);
}

export interface Row {
  readonly [column: string]: string;
}

/** A FOCUS file of one line a row; what a row does not say is as ordinary as can be. */
export function focusCsv(rows: readonly Row[]): Buffer {
  const usual: Row = {
    BilledCost: '1',
    EffectiveCost: '1',
    BillingAccountId: 'contoso',
    BillingCurrency: 'USD',
    BillingPeriodStart: '2026-12-01T00:00:00Z',
    ChargeCategory: 'Usage',
    ChargePeriodStart: '2026-12-10T00:00:00Z',
    ServiceName: 'Virtual Machines',
    ProviderName: 'Microsoft',
    RegionId: 'westeurope',
    ResourceId: '/vm/one',
    SubAccountId: 'subscription-1',
    Tags: '{"env":"prod"}',
  };
  const names = [...new Set([...Object.keys(usual), ...rows.flatMap((row) => Object.keys(row))])];
  const quoted = (value: string) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = rows.map((row) => names.map((name) => quoted(row[name] ?? usual[name] ?? '')).join(','));
  return Buffer.from([names.join(','), ...lines, ''].join('\n'));
}

/** Sums of what is kept of a source: by line item, by daily total and by rollup. */
export async function keptOf(ctx: Ctx, connectionId: string) {
  return withSql(ctx, 'read', async (sql) => {
    const ask = async (text: string) =>
      (await sql.query<{ billed: string; effective: string }>(text, [ctx.workspaceId, connectionId])).rows[0];
    const sums =
      'trim_scale(coalesce(sum(billed_cost), 0))::text as billed, trim_scale(coalesce(sum(effective_cost), 0))::text as effective';
    return {
      items: await ask(`select ${sums} from line_item where workspace_id = $1 and connection_id = $2`),
      charges: await ask(`select ${sums} from charge where workspace_id = $1 and connection_id = $2`),
      daily: await ask(`select ${sums} from charge_daily where workspace_id = $1 and connection_id = $2`),
      totals: await ask(
        `select ${sums} from charge_monthly_by where workspace_id = $1 and connection_id = $2 and dimension = 'total'`,
      ),
    };
  });
}

/** How many rows of each table with rows of connections there are, of this one. */
export async function rowsLeft(bench: Workbench, connectionId: string): Promise<Record<string, number>> {
  const { rows: tables } = await bench.database.owner.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'connection_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await bench.database.owner.query<{ n: number }>(
      `select count(*)::integer as n from ${name} where connection_id = $1`,
      [connectionId],
    );
    if (rows[0]?.n) counts[name] = rows[0].n;
  }
  return counts;
}
