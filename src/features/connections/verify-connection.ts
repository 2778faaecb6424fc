import type { ProbeReport, RoleTarget } from '@/aws/port';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { Prisma } from '@/db/generated/client';
import { shareWriteLockOf, takeLock } from '@/db/locks';
import { parseRoleArn } from '@/domain/role-arn';
import { NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { queueSync } from '@/features/syncs/queue-sync';
import { ledgerObserver } from './ledger-observer';
import { findCoveringConnection, getAwsConnection, getConnection, type Connection } from './queries';
import type { ConnectionFailure, ConnectionRef, ConnectionStatus } from './schemas';

/** After so many refusals in a row on a connection that worked, the customer has disconnected it. */
const REFUSALS_UNTIL_ATTENTION = 3;

const SAME_AS_NO_ROLE: ConnectionFailure = {
  kind: 'cannot-assume-role',
  message: 'There is no role yet that opens with this ExternalId.',
};

export function targetOf(
  ctx: Ctx,
  connection: Pick<Connection, 'id' | 'awsAccountId' | 'externalId' | 'roleArn' | 'roleName'>,
): RoleTarget {
  const partition = parseRoleArn(ctx.config.collectorRoleArn)?.partition ?? 'aws';
  return {
    connectionId: connection.id,
    awsAccountId: connection.awsAccountId,
    externalId: connection.externalId,
    roleArn:
      connection.roleArn ?? `arn:${partition}:iam::${connection.awsAccountId}:role/${connection.roleName}`,
  };
}

export type Verdict =
  | { kind: 'proven' }
  | { kind: 'waiting' }
  | { kind: 'inconclusive'; failure: ConnectionFailure }
  | { kind: 'refused'; failure: ConnectionFailure };

/**
 * | without | wrong id | right id | account | verdict |
 * |---|---|---|---|---|
 * | any allowed or wrong allowed | | | | refused: opens without our ExternalId |
 * | inconclusive anywhere | | | | inconclusive: tried again, never a pass |
 * | denied | denied | denied | | waiting |
 * | denied | denied | allowed | differs | refused: another account |
 * | denied | denied | allowed | same | proven |
 */
export function judgeProbes(report: ProbeReport): Verdict {
  if (report.without === 'allowed' || report.wrong === 'allowed') {
    return {
      kind: 'refused',
      failure: {
        kind: report.without === 'allowed' ? 'opens-without-external-id' : 'opens-with-any-external-id',
        message:
          report.without === 'allowed'
            ? 'The role opens without an ExternalId, so anyone who can use Belvedere could reach it. It was not connected.'
            : 'The role opens with any ExternalId, so it protects nothing. It was not connected.',
      },
    };
  }
  if (report.right === 'denied') return { kind: 'waiting' };
  const isWhole = report.right === 'allowed' && report.without === 'denied' && report.wrong === 'denied';
  if (!isWhole || report.accountMatches === null) {
    const kind = report.detail ?? 'unavailable';
    return {
      kind: 'inconclusive',
      failure: {
        kind,
        message:
          kind === 'our-credentials'
            ? "The operator's own AWS credentials were not accepted. Please tell the operator."
            : 'AWS did not give a clear answer. We try again by ourselves.',
      },
    };
  }
  if (!report.accountMatches) {
    return {
      kind: 'refused',
      failure: { kind: 'other-account', message: 'The role belongs to another account.' },
    };
  }
  return { kind: 'proven' };
}

/** A verdict that was reached before a revocation writes nothing after it, a claim on the account least of all. */
async function holdStill(tx: Tx, ctx: Ctx, connection: Connection): Promise<void> {
  await shareWriteLockOf(tx, connection.id);
  const now = await getConnection(tx, ctx.workspaceId, connection.id);
  if (now.epoch !== connection.epoch) throw new NotFound('connection');
}

/** Its organization may have been connected since this connection was begun; the same cost must not be there twice. */
async function unlessCovered(tx: Tx, ctx: Ctx, connection: Connection, judged: Verdict): Promise<Verdict> {
  if (judged.kind !== 'proven' || connection.activeSince !== null) return judged;
  await takeLock(tx, ctx.workspaceId, 'activate');
  const covering = await findCoveringConnection(tx, ctx.workspaceId, connection.awsAccountId);
  if (!covering) return judged;
  const message = `The cost of this account is part of ${covering} already, and would be counted twice.`;
  return { kind: 'refused', failure: { kind: 'covered', message } };
}

/** True where this connection holds the account; false where another workspace does. */
async function claimAccount(tx: Tx, ctx: Ctx, connection: Connection): Promise<boolean> {
  await tx.awsAccountClaim.createMany({
    data: [
      { awsAccountId: connection.awsAccountId, workspaceId: ctx.workspaceId, connectionId: connection.id },
    ],
    skipDuplicates: true,
  });
  return (
    (await tx.awsAccountClaim.count({
      where: {
        awsAccountId: connection.awsAccountId,
        workspaceId: ctx.workspaceId,
        connectionId: connection.id,
      },
    })) === 1
  );
}

/** How long until a connection that waits for its role is tried again: 2 s in the first ten minutes, then ever less often. */
function pollDelayMs(ctx: Ctx, connection: Connection): number | null {
  const ageMs = ctx.now().getTime() - connection.pollingSince.getTime();
  if (ageMs < 600_000) return 2_000;
  if (ageMs < 3_600_000) return 15_000;
  return ageMs < 86_400_000 ? 120_000 : null;
}

/** A first sync is queued on its own, a connection that works again syncs at once, and one that always did keeps its plan. */
function nextSyncMs(connection: Connection): number | null | 'as-planned' {
  if (connection.activeSince === null) return null;
  return connection.status === 'active' ? 'as-planned' : 0;
}

async function settle(
  tx: Tx,
  ctx: Ctx,
  connection: Connection,
  data: {
    status: ConnectionStatus;
    failure: ConnectionFailure | null;
    nextActionMs: number | null | 'as-planned';
    report: ProbeReport;
    proven?: { roleArn: string; activeSince: Date };
  },
): Promise<void> {
  const { report } = data;
  const isWorking = connection.activeSince !== null;
  await tx.connection.updateMany({
    // The epoch fences: a verdict that was reached before a revocation changes nothing after it.
    where: { workspaceId: ctx.workspaceId, id: connection.id, epoch: connection.epoch, revokedAt: null },
    data: {
      status: data.status,
      failure: data.failure ? { ...data.failure } : Prisma.DbNull,
      probes: {
        without: report.without,
        wrong: report.wrong,
        right: report.right,
        accountMatches: report.accountMatches,
      },
      probedAt: ctx.now(),
      failedProbes:
        data.report.right === 'allowed' && data.status === 'active' ? 0 : { increment: isWorking ? 1 : 0 },
      // A role that is not proven now has no ARN here.
      ...(data.status === 'refused' ? { roleArn: null } : data.proven),
      ...(data.nextActionMs === 'as-planned'
        ? {}
        : {
            nextActionAt:
              data.nextActionMs === null ? null : new Date(ctx.now().getTime() + data.nextActionMs),
          }),
    },
  });
}

/** Probes a connection's role and settles what follows from it. Called by the worker's poll, daily syncs and "Check now". */
export async function verifyConnection(
  ctx: Ctx,
  input: ConnectionRef,
): Promise<{ status: ConnectionStatus; isProven: boolean }> {
  requirePermission(ctx, 'connection:write');
  const connection = await withTransaction(ctx, (tx) =>
    getAwsConnection(tx, ctx.workspaceId, input.connectionId),
  );
  const wasActive = connection.activeSince !== null;
  const target = targetOf(ctx, connection);
  const report = await ctx.aws.probe(target, ledgerObserver(ctx, connection.id), { rightOnly: !wasActive });
  const judged = judgeProbes(report);
  const retryMs = pollDelayMs(ctx, connection);

  return withTransaction(ctx, async (tx) => {
    await holdStill(tx, ctx, connection);
    const verdict = await unlessCovered(tx, ctx, connection, judged);
    // An account that another workspace holds reads like a role that is not there: no oracle for who is a customer.
    const isHeldElsewhere = verdict.kind === 'proven' && !(await claimAccount(tx, ctx, connection));
    if (!isHeldElsewhere && (report.without !== null || verdict.kind !== 'waiting')) {
      recordAudit(tx, ctx, 'connection.probed', connection.id, {
        detail: {
          without: report.without,
          wrong: report.wrong,
          right: report.right,
          verdict: verdict.kind,
        },
      });
    }
    if (verdict.kind === 'refused') {
      await tx.awsAccountClaim.deleteMany({
        where: { workspaceId: ctx.workspaceId, connectionId: connection.id },
      });
      await settle(tx, ctx, connection, {
        status: 'refused',
        failure: verdict.failure,
        nextActionMs: retryMs,
        report,
      });
      if (connection.status !== 'refused') {
        recordAudit(tx, ctx, 'connection.refused', connection.id, {
          detail: { reason: verdict.failure.kind },
        });
      }
      return { status: 'refused', isProven: false };
    }
    if (verdict.kind === 'inconclusive') {
      const status = connection.status;
      await settle(tx, ctx, connection, {
        status,
        failure: verdict.failure,
        nextActionMs: retryMs ?? 3_600_000,
        report,
      });
      return { status, isProven: false };
    }
    if (verdict.kind === 'waiting' && wasActive) {
      const isLost = connection.failedProbes + 1 >= REFUSALS_UNTIL_ATTENTION;
      const failure = {
        kind: 'cannot-assume-role',
        message: 'The role no longer opens. Was the stack deleted, or the trust policy changed?',
      };
      const nextActionMs = isLost ? null : 600_000;
      await settle(tx, ctx, connection, { status: 'attention', failure, nextActionMs, report });
      if (connection.status === 'active')
        recordAudit(tx, ctx, 'connection.failed', connection.id, { detail: { reason: failure.kind } });
      return { status: 'attention', isProven: false };
    }
    if (verdict.kind === 'waiting' || isHeldElsewhere) {
      const shown: ProbeReport = {
        without: null,
        wrong: null,
        right: 'denied',
        accountMatches: null,
        detail: null,
      };
      await settle(tx, ctx, connection, {
        status: 'pending',
        failure: SAME_AS_NO_ROLE,
        nextActionMs: retryMs,
        report: shown,
      });
      return { status: 'pending', isProven: false };
    }
    await settle(tx, ctx, connection, {
      status: 'active',
      failure: null,
      nextActionMs: nextSyncMs(connection),
      report,
      proven: { roleArn: target.roleArn, activeSince: connection.activeSince ?? ctx.now() },
    });
    if (connection.status !== 'active') recordAudit(tx, ctx, 'connection.activated', connection.id);
    if (!wasActive) await queueSync(tx, ctx, connection, 'first');
    return { status: 'active', isProven: true };
  });
}
