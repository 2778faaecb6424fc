import { requirePermission, withSql, withTransaction, type Ctx } from '@/context';
import type { ProbeResult } from '@/features/connections/queries';
import { bucketRoleName } from './bucket-launch';
import { bucketTarget, findBucketSource, type BucketSource } from './bucket-store';
import type { BucketFailure } from './schemas';

/** An object that is not loaded, or not in the version that the bucket has. */
export interface ObjectNote {
  readonly key: string;
  readonly message: string;
}

export interface BucketSummary {
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string | null;
  readonly awsAccountId: string;
  /** As somebody named it: the number, or the ARN of a role of another name. */
  readonly account: string;
  readonly roleName: string;
  readonly isProven: boolean;
  readonly isDue: boolean;
  readonly probes: ProbeResult | null;
  readonly failure: BucketFailure | null;
  readonly checkedAt: string | null;
  readonly lookedAt: string | null;
  readonly nextLookAt: string | null;
  /** Billing files in the folder, those of them that are loaded, loaded ones that are gone from it, and all other objects. */
  readonly found: number;
  readonly loaded: number;
  readonly gone: number;
  readonly passedOver: number;
  /** The first hundred. */
  readonly notes: readonly ObjectNote[];
  readonly noteCount: number;
}

const NOTES_SHOWN = 100;

interface Counts {
  found: number;
  loaded: number;
  gone: number;
  note_count: number;
  notes: ObjectNote[];
}

async function countObjects(ctx: Ctx, connectionId: string): Promise<Counts | undefined> {
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<Counts>(
      `with object as (
         select o.key, o.file_id, o.gone_at, coalesce(o.failure, f.failure) as message
         from bucket_object o
         left join uploaded_file f on f.workspace_id = $1 and f.connection_id = $2 and f.id = o.next_file_id
         where o.workspace_id = $1 and o.connection_id = $2
       )
       select count(*) filter (where gone_at is null)::integer as found,
         count(*) filter (where gone_at is null and file_id is not null)::integer as loaded,
         count(*) filter (where gone_at is not null and file_id is not null)::integer as gone,
         count(message)::integer as note_count,
         (select coalesce(json_agg(n), '[]') from (
            select key, message from object where message is not null order by key limit ${NOTES_SHOWN}) n) as notes
       from object`,
      [ctx.workspaceId, connectionId],
    );
    return rows[0];
  });
}

function accountOf(ctx: Ctx, source: BucketSource): string {
  const isUsual = source.roleName === bucketRoleName(source.connectionId);
  return isUsual || source.awsAccountId === '' ? source.awsAccountId : bucketTarget(ctx, source).roleArn;
}

function summaryOf(ctx: Ctx, source: BucketSource, counts: Counts | undefined): BucketSummary {
  return {
    ...{ bucket: source.bucket, prefix: source.prefix, region: source.region },
    ...{ awsAccountId: source.awsAccountId, roleName: source.roleName, isProven: source.roleArn !== null },
    account: accountOf(ctx, source),
    isDue: source.nextLookAt !== null && source.nextLookAt <= ctx.now(),
    ...{ probes: source.probes, failure: source.failure },
    checkedAt: source.checkedAt?.toISOString() ?? null,
    lookedAt: source.lookedAt?.toISOString() ?? null,
    nextLookAt: source.nextLookAt?.toISOString() ?? null,
    ...{ found: counts?.found ?? 0, loaded: counts?.loaded ?? 0, gone: counts?.gone ?? 0 },
    passedOver: source.passedOver,
    ...{ notes: counts?.notes ?? [], noteCount: counts?.note_count ?? 0 },
  };
}

/** The bucket of a source and what became of its objects; null for a source whose files are uploaded. Throws NotFound. */
export async function readBucket(
  ctx: Ctx,
  connectionId: string,
): Promise<{ source: BucketSource; summary: BucketSummary } | null> {
  requirePermission(ctx, 'connection:read');
  const source = await withTransaction(ctx, (tx) => findBucketSource(tx, ctx.workspaceId, connectionId));
  if (!source) return null;
  return { source, summary: summaryOf(ctx, source, await countObjects(ctx, source.connectionId)) };
}
