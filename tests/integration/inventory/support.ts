import { randomUUID } from 'node:crypto';
import type { CollectedResource, InventoryPage, InventorySession, TypeOutcome } from '@/aws/port';
import type { Ctx } from '@/context';
import { ledgerObserver } from '@/features/connections/ledger-observer';
import { targetOf } from '@/features/connections/verify-connection';
import { loadInventory } from '@/features/inventory/load-inventory';
import type { RunRef } from '@/features/syncs/fence';
import type { Workbench } from '../../support/workbench';

export interface ResourceRow {
  readonly resource_key: number;
  readonly resource_id: string;
  readonly bare_id: string;
  readonly ref: string;
  readonly name: string;
  readonly resource_type: string;
  readonly service_name: string;
  readonly region_id: string;
  readonly sub_account_id: string;
  readonly tags: Record<string, string>;
  readonly attributes: Record<string, unknown>;
  readonly related: string[];
  readonly state: string;
  readonly created_at: Date | null;
  readonly first_seen: string | null;
  readonly listed_at: Date | null;
  readonly gone_at: Date | null;
  readonly shelf: number;
}

/** Beneath the policies, in the order of the keys. */
export async function resourcesOf(bench: Workbench, connectionId: string): Promise<ResourceRow[]> {
  const { rows } = await bench.database.owner.query<ResourceRow>(
    'select * from resource where connection_id = $1 order by resource_key',
    [connectionId],
  );
  return rows;
}

/** What a later inventory of the same things leaves as it is. */
export const withoutTime = ({ listed_at: _, ...row }: ResourceRow) => row;

export async function countOf(
  bench: Workbench,
  connectionId: string,
): Promise<{ kept: number; real: number }> {
  const { rows } = await bench.database.owner.query<{ kept: number; real: number }>(
    `select (select coalesce(sum(rows), 0)::integer from row_count where connection_id = $1 and table_name = 'resource') as kept,
       (select count(*)::integer from resource where connection_id = $1) as real`,
    [connectionId],
  );
  return rows[0] ?? { kept: -1, real: -2 };
}

export interface ListingRow {
  readonly resource_type: string;
  readonly region_id: string;
  readonly resources: number;
  readonly action: string | null;
  readonly reason: string | null;
}

export async function listingsOf(bench: Workbench, connectionId: string): Promise<ListingRow[]> {
  const { rows } = await bench.database.owner.query<ListingRow>(
    `select resource_type, region_id, resources, action, reason from inventory_listing
     where connection_id = $1 order by 1, 2`,
    [connectionId],
  );
  return rows;
}

export async function runOf(bench: Workbench, ctx: Ctx, connectionId: string): Promise<RunRef> {
  const { rows } = await bench.database.owner.query<{ epoch: number }>(
    'select epoch from connection where id = $1',
    [connectionId],
  );
  return { workspaceId: ctx.workspaceId, connectionId, runId: randomUUID(), epoch: rows[0]?.epoch ?? -1 };
}

/** Takes the inventory once, of the simulated AWS unless another session is given. */
export async function takeInventory(
  bench: Workbench,
  ctx: Ctx,
  connectionId: string,
  given?: InventorySession,
): Promise<void> {
  const worker = bench.asWorker(ctx);
  const connection = await bench.connection(ctx, connectionId);
  const { signal } = new AbortController();
  const session =
    given ??
    bench.awsWithInventory.openInventory(
      targetOf(worker, connection),
      ledgerObserver(worker, connectionId),
      signal,
    );
  const run = await runOf(bench, ctx, connectionId);
  await loadInventory(worker, run, session, connection.awsAccountId, signal);
}

export const REGION = 'eu-west-1';

export function collected(arn: string, more: Partial<CollectedResource> = {}): CollectedResource {
  return {
    ...{ arn, id: arn.split(/[:/]/).at(-1) ?? '', type: 'ec2:volume', name: arn, region: REGION },
    ...{ accountId: '', createdAt: null, state: '', tags: {}, attributes: {}, relatedArns: [] },
    ...more,
  };
}

export const outcome = (type: string, more: Partial<TypeOutcome> = {}): TypeOutcome => ({
  ...{ type, covers: [type], region: REGION, resources: 0, isComplete: true, tagsKnown: true, gaps: [] },
  ...more,
});

/** A page of one type in the region of these tests. */
export const page = (
  resources: readonly CollectedResource[],
  more: Partial<InventoryPage> = {},
): InventoryPage => ({
  ...{ type: resources[0]?.type ?? '', region: REGION, tagsKnown: true, resources },
  ...more,
});

/** An account that lists just these pages, all at once, and ends so. */
export const listing = (
  pages: readonly InventoryPage[],
  outcomes: readonly TypeOutcome[],
): InventorySession => ({
  enabledRegions: async () => [REGION],
  async *collect(_, onPage) {
    await Promise.all(pages.map(onPage));
    yield* outcomes;
  },
});

/** A resource as a billing export leaves it, with its count; the key continues those that are there. */
export async function addBilled(
  bench: Workbench,
  connectionId: string,
  billed: { id: string; type?: string; region?: string; accountId: string },
): Promise<void> {
  await bench.database.owner.query(
    `insert into resource (workspace_id, shelf, connection_id, resource_key, resource_id, bare_id, ref, name, resource_type,
       service_name, region_id, sub_account_id, tags, attributes, related, state, first_seen, last_seen)
     select c.workspace_id, c.shelf, c.id,
       (select coalesce(max(resource_key), 0) + 1 from resource where connection_id = c.id), $2, '', 'r' || md5($2), '', $3,
       'A service', $4, $5, '{"team": "from the bill"}', '{}', '{}', '', '2027-03-01', '2027-03-17'
     from connection c where c.id = $1`,
    [connectionId, billed.id, billed.type ?? '', billed.region ?? REGION, billed.accountId],
  );
  await bench.database.owner.query(
    `insert into row_count as r (workspace_id, connection_id, table_name, rows)
     select workspace_id, id, 'resource', 1 from connection where id = $1
     on conflict (workspace_id, connection_id, table_name) do update set rows = r.rows + 1`,
    [connectionId],
  );
}
