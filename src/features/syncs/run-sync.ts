import { AwsError, type CostRow, type CustomerSession } from '@/aws/port';
import { groupOfAction } from '@/aws/permissions';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import { withLock } from '@/db/locks';
import { addDays, addMonths, dayOf, monthOf, type DayRange } from '@/domain/period';
import { requestsWithin } from '@/domain/sync-plan';
import { loadInventory } from '@/features/inventory/load-inventory';
import { findExports, isChoiceNew, loadExports } from '@/features/exports/load-exports';
import { loadCostTags } from '@/features/cost-tags/load-cost-tags';
import { loadResourceCosts } from '@/features/resource-costs/load-resource-costs';
import { queueLeftOut } from '@/features/uploads/leave-out';
import { ledgerObserver } from '@/features/connections/ledger-observer';
import { findConnection, type Connection } from '@/features/connections/queries';
import type { ConnectionStatus, DeniedAction } from '@/features/connections/schemas';
import { targetOf, verifyConnection } from '@/features/connections/verify-connection';
import { Fenced, type RunRef } from './fence';
import { inParallel } from './in-parallel';
import { saveLinkedAccounts } from './linked-accounts';
import { loadWindow } from './load-window';
import { planSync } from './plan-sync';
import { queueSync } from './queue-sync';
import { refreshStatistics } from './refresh-statistics';
import { stageCharges, type Fetch } from './stage-charges';
import {
  finishRun,
  listOpenFetches,
  listOpenWindows,
  markRunning,
  saveForecast,
  type RunState,
} from './sync-store';

const PARALLEL_FETCHES = 4;
const TRANSIENT_RETRIES = 6;
const PROBE_HOLDS_MS = 15 * 60_000;
const UNCLEAR_MS = 5 * 60_000;

export interface RunSyncInput {
  readonly connectionId: string;
  readonly runId: string;
}

function deniedBy(error: AwsError): DeniedAction {
  const action = error.action ?? 'unknown';
  const group = groupOfAction(action);
  return {
    action,
    group: group?.title ?? 'Unknown',
    withoutIt: group?.withoutIt ?? 'A part of the data is missing.',
  };
}

/** Runs something the product can do without; a denied action is returned, everything else goes on up. */
async function optional(work: () => Promise<void>): Promise<DeniedAction | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.kind === 'permission-missing') return deniedBy(error);
    if (error.kind === 'data-unavailable' || error.kind === 'invalid-request') return null;
    throw error;
  }
}

/** Runs what adds to a sync and is not worth one without Cost Explorer's figures: where AWS fails it, the next sync tries again. */
async function besides(
  ctx: Ctx,
  run: RunRef,
  what: string,
  work: () => Promise<void>,
): Promise<DeniedAction | null> {
  try {
    return await optional(work);
  } catch (error) {
    if (!(error instanceof AwsError) || error.kind === 'cannot-assume-role') throw error;
    ctx.log.warn({ connection: run.connectionId, kind: error.kind }, `${what} failed beside a sync`);
    return null;
  }
}

async function fetchOne(
  ctx: Ctx,
  run: RunRef,
  session: CustomerSession,
  window: DayRange,
  fetch: Fetch,
): Promise<void> {
  const pages: CostRow[][] = [];
  for await (const page of session.costPages(window, fetch.subAccountId, fetch.kind)) pages.push(page);
  await stageCharges(ctx, run, fetch, pages);
}

async function loadForecasts(ctx: Ctx, run: RunRef, session: CustomerSession): Promise<void> {
  const today = dayOf(ctx.now());
  const end = addMonths(monthOf(today), 1);
  if (today >= end) return;
  for (const metric of ['billed', 'effective'] as const) {
    const forecast = await session.forecast({ start: today, end }, metric);
    await saveForecast(ctx, run, metric, today, forecast);
  }
}

async function syncAll(
  ctx: Ctx,
  run: RunRef,
  state: RunState,
  connection: Connection,
  lost: AbortSignal,
): Promise<void> {
  const capRequests = requestsWithin(connection.dailyCapUsd);
  const observer = ledgerObserver(ctx, connection.id, { capRequests, runId: run.runId });
  const session = ctx.aws.open(targetOf(ctx, connection), 'cost-sync', observer, lost);
  const denied: DeniedAction[] = [];
  const note = (one: DeniedAction | null) => {
    if (one) denied.push(one);
  };

  note(await optional(async () => saveLinkedAccounts(ctx, run, await session.organizationAccounts())));
  const exportSession = ctx.aws.openExports(targetOf(ctx, connection), observer, lost);
  const isPlanned = state.monthsTotal > 0;
  let isShort = false;
  const find = async () => {
    isShort = (await findExports(ctx, run, exportSession)) && isPlanned;
  };
  note(await besides(ctx, run, 'the search for billing exports', find));
  if (!isPlanned) await planSync(ctx, run, state.kind, session);
  const load = async () => {
    if (await loadExports(ctx, run, exportSession, lost)) isShort = true;
  };
  const exports = () => besides(ctx, run, 'billing exports', load);
  note(await exports());
  for (const window of await listOpenWindows(ctx, run)) {
    const fetches = await listOpenFetches(ctx, run, window.start);
    await inParallel(fetches, PARALLEL_FETCHES, (fetch) => fetchOne(ctx, run, session, window, fetch));
    await loadWindow(ctx, run, window);
  }
  await refreshStatistics(ctx, run);
  note(await optional(() => loadForecasts(ctx, run, session)));
  const inventorySession = ctx.aws.openInventory(targetOf(ctx, connection), observer, lost);
  const inventory = () => loadInventory(ctx, run, inventorySession, connection.awsAccountId, lost);
  note(await besides(ctx, run, 'the inventory', inventory));
  if (await isChoiceNew(ctx, connection.id)) await exports();
  note(await besides(ctx, run, 'costs by resource', () => loadResourceCosts(ctx, run, session, lost)));
  note(await besides(ctx, run, 'tags', () => loadCostTags(ctx, run, session, lost)));
  await queueLeftOut(ctx);
  await finishRun(ctx, run, { status: 'done', failure: null, resumeAt: null, denied });
  // Months went back to Cost Explorer after it was planned what to ask it for.
  if (isShort) await withTransaction(ctx, (tx) => queueSync(tx, ctx, connection, 'first'));
}

/** What a failed attempt leaves behind; the sync goes on by itself wherever time can mend it. */
async function settleFailure(ctx: Ctx, run: RunRef, state: RunState, error: unknown): Promise<void> {
  const now = ctx.now();
  const attemptsAt = (kind: string) => (state.failure?.kind === kind ? state.failure.attempts : 0) + 1;
  const failure = (kind: string, message: string) => ({ kind, message, attempts: attemptsAt(kind) });
  if (!(error instanceof AwsError)) {
    const attempts = attemptsAt('internal');
    const isLast = attempts > TRANSIENT_RETRIES;
    const written = finishRun(ctx, run, {
      status: isLast ? 'failed' : 'paused',
      failure: failure('internal', 'Something went wrong on our side. We try again by ourselves.'),
      resumeAt: isLast ? null : new Date(now.getTime() + 15_000 * attempts),
    });
    // A revocation ends backends before this process hears that its lock is gone: then it is no failure.
    const [outcome] = await Promise.allSettled([written]);
    if (!(outcome.status === 'rejected' && outcome.reason instanceof Fenced))
      ctx.log.error({ err: error, connection: run.connectionId, run: run.runId }, 'sync failed unexpectedly');
    return written;
  }
  if (error.kind === 'daily-cap') {
    const resumeAt = new Date(Date.parse(addDays(dayOf(now), 1)) + 60_000);
    return finishRun(ctx, run, { status: 'paused', failure: failure(error.kind, error.message), resumeAt });
  }
  if (error.kind === 'permission-missing') {
    const denied = deniedBy(error);
    const message = `The role does not grant ${denied.action} (${denied.group}). ${denied.withoutIt}`;
    return finishRun(ctx, run, {
      status: 'failed',
      failure: failure(error.kind, message),
      resumeAt: null,
      denied: [denied],
      needsAttention: true,
    });
  }
  if (error.kind === 'cannot-assume-role') {
    return finishRun(ctx, run, {
      status: 'failed',
      failure: failure(error.kind, error.message),
      resumeAt: null,
      needsAttention: true,
    });
  }
  const attempts = attemptsAt(error.kind);
  const canWait = error.retryable || error.kind === 'data-unavailable' || error.kind === 'our-credentials';
  const delayMs = error.kind === 'data-unavailable' ? 3_600_000 : Math.min(15_000 * 2 ** attempts, 1_800_000);
  const isLast = !canWait || (error.kind !== 'data-unavailable' && attempts > TRANSIENT_RETRIES);
  return finishRun(ctx, run, {
    status: isLast ? 'failed' : 'paused',
    failure: failure(error.kind, error.message),
    resumeAt: isLast ? null : new Date(now.getTime() + delayMs),
  });
}

/** Whatever fails because the connection was revoked, or while it is being revoked, is no failure and leaves no trace. */
async function settleUnlessRevoked(
  ctx: Ctx,
  run: RunRef,
  state: RunState,
  failed: { error: unknown; isLost: boolean },
): Promise<void> {
  try {
    if (!failed.isLost && !(failed.error instanceof Fenced))
      return await settleFailure(ctx, run, state, failed.error);
  } catch (second) {
    if (!(second instanceof Fenced)) throw second;
  }
  ctx.log.info({ connection: run.connectionId, run: run.runId }, 'sync stopped: the connection was revoked');
}

/** No clear answer is tried again soon; a role that did not pass ends the run, and its check has planned what comes next. */
async function finishUnproven(ctx: Ctx, run: RunRef, status: ConnectionStatus): Promise<void> {
  const isUnclear = status === 'active';
  const message = isUnclear
    ? 'AWS gave no clear answer when the role was checked. We try again by ourselves.'
    : 'The role did not pass its check, so nothing was synced.';
  await finishRun(ctx, run, {
    status: isUnclear ? 'paused' : 'failed',
    failure: { kind: isUnclear ? 'unavailable' : 'cannot-assume-role', message, attempts: 1 },
    resumeAt: isUnclear ? new Date(ctx.now().getTime() + UNCLEAR_MS) : null,
    keepsPlan: true,
  });
}

/** Not again right after the probes that made the connection active, but before every later sync and resumption. */
function isProbeDue(ctx: Ctx, connection: Connection): boolean {
  if (connection.status !== 'active') return true;
  return connection.probedAt === null || ctx.now().getTime() - connection.probedAt.getTime() > PROBE_HOLDS_MS;
}

/**
 * Runs or resumes one sync. Safe to call twice, from two workers, and after `kill -9`: what is fetched is kept, what is
 * loaded is marked in the same transaction, and only the holder of the connection's run lock goes on.
 */
export async function runSync(ctx: Ctx, input: RunSyncInput): Promise<void> {
  requirePermission(ctx, 'connection:write');
  await withLock(ctx.db, input.connectionId, 'run', async (lost) => {
    const connection = await withTransaction(ctx, (tx) =>
      findConnection(tx, ctx.workspaceId, input.connectionId),
    );
    if (!connection) return;
    const state = await markRunning(ctx, input);
    if (!state) return;
    const run: RunRef = {
      workspaceId: ctx.workspaceId,
      connectionId: connection.id,
      runId: input.runId,
      epoch: state.epoch,
    };
    try {
      // A customer may have loosened the trust policy since: the three probes come before every later sync.
      if (isProbeDue(ctx, connection)) {
        const { status, isProven } = await verifyConnection(ctx, { connectionId: connection.id });
        if (!isProven) {
          await finishUnproven(ctx, run, status);
          return;
        }
      }
      await syncAll(ctx, run, state, connection, lost);
    } catch (error) {
      await settleUnlessRevoked(ctx, run, state, { error, isLost: lost.aborted });
    }
  });
}
