import { requirePermission, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { getConnection } from '@/features/connections/queries';
import { partsOfGapText } from './gap-text';

/** The resources of one type that were there when the inventory was last taken. */
export interface InventoryType {
  /** As Resource Explorer spells it. */
  readonly type: string;
  readonly resources: number;
  /** In order; `global` for what belongs to no region. */
  readonly regions: readonly string[];
  /** When one of them was last listed. */
  readonly listedAt: string;
}

/** What an IAM action left out of the inventory, all types and regions with the same reason together. */
export interface InventoryGapGroup {
  readonly action: string;
  /** The role does not grant the action; otherwise AWS did not answer it. */
  readonly isDenied: boolean;
  readonly message: string;
  /** `tagged` for what is found by its tags alone. */
  readonly types: readonly string[];
  readonly regions: readonly string[];
}

export interface ConnectionInventory {
  /** When all of it was last looked for; null where it never was. */
  readonly listedAt: string | null;
  /** Most resources first. */
  readonly types: readonly InventoryType[];
  readonly gaps: readonly InventoryGapGroup[];
}

interface Gap {
  readonly resourceType: string;
  readonly regionId: string;
  readonly action: string | null;
  readonly reason: string | null;
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** What is denied stands before what AWS did not answer. */
export function groupGaps(gaps: readonly Gap[]): InventoryGapGroup[] {
  const groups = new Map<string, Gap[]>();
  for (const gap of gaps) {
    if (gap.action === null || gap.reason === null) continue;
    const key = `${gap.action} ${gap.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), gap]);
  }
  return [...groups.values()]
    .map((group) => ({
      action: group[0]?.action ?? '',
      ...partsOfGapText(group[0]?.reason ?? ''),
      types: distinct(group.map((gap) => gap.resourceType)),
      regions: distinct(group.map((gap) => gap.regionId)),
    }))
    .sort((a, b) => Number(b.isDenied) - Number(a.isDenied) || (a.action < b.action ? -1 : 1));
}

async function readTypes(
  tx: Tx,
  of: { workspaceId: string; connectionId: string },
): Promise<InventoryType[]> {
  const { shelf } = await tx.connection.findUniqueOrThrow({
    where: { workspaceId_id: { workspaceId: of.workspaceId, id: of.connectionId } },
    select: { shelf: true },
  });
  const rows = await tx.$queryRaw<{ type: string; resources: number; regions: string[]; listed_at: Date }[]>`
    select r.resource_type as type, count(*)::integer as resources, max(r.listed_at) as listed_at,
      array_agg(distinct r.region_id order by r.region_id) as regions
    from resource r
    where r.workspace_id = ${of.workspaceId}::uuid and r.shelf = ${shelf} and r.connection_id = ${of.connectionId}::uuid
      and r.listed_at is not null and r.gone_at is null
    group by 1 order by 2 desc, 1`;
  return rows.map(({ listed_at: listedAt, ...row }) => ({ ...row, listedAt: listedAt.toISOString() }));
}

/**
 * What the connected account has, by type, and what is missing from it. Resources that only a bill names are not counted.
 * Throws NotFound where the workspace has no such connection.
 */
export async function readInventory(ctx: Ctx, connectionId: string): Promise<ConnectionInventory> {
  requirePermission(ctx, 'connection:read');
  return withTransaction(ctx, async (tx) => {
    await getConnection(tx, ctx.workspaceId, connectionId);
    const key = { workspaceId: ctx.workspaceId, connectionId };
    const newest = await tx.inventoryListing.aggregate({ where: key, _max: { listedAt: true } });
    const gaps = await tx.inventoryListing.findMany({
      where: { ...key, action: { not: null } },
      select: { resourceType: true, regionId: true, action: true, reason: true },
    });
    return {
      listedAt: newest._max.listedAt?.toISOString() ?? null,
      types: await readTypes(tx, key),
      gaps: groupGaps(gaps),
    };
  });
}
