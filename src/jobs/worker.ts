import type PgBoss from 'pg-boss';
import { systemContext } from '@/context';
import { withLock } from '@/db/locks';
import { dropUnusedShelves } from '@/db/unused-shelves';
import { pruneAudits } from '@/features/audit/retention';
import { forgetOldAttempts } from '@/features/auth/throttle';
import { lookIntoBucket } from '@/features/buckets/look-into-bucket';
import { eraseConnection } from '@/features/erasure/erase-connection';
import { verifyConnection } from '@/features/connections/verify-connection';
import { requestSync } from '@/features/syncs/request-sync';
import { runSync } from '@/features/syncs/run-sync';
import { forgetExpiredSso, warnOfExpiringCertificates } from '@/features/sso/housekeeping';
import { settleAllAccesses } from '@/features/staff/accesses';
import { forgetOldRequests } from '@/features/tokens/rate-limit';
import { forgetUploads } from '@/features/uploads/housekeeping';
import { rebuildGroups } from '@/features/tags/rebuild-groups';
import { readUploads } from '@/features/uploads/read-uploads';
import { NotFound, PreconditionFailed } from '@/errors';
import type { Runtime } from '@/runtime';
import { jobs, type JobName, type JobPayload } from './definitions';

type Handlers = { [N in JobName]: (runtime: Runtime, payload: JobPayload<N>) => Promise<void> };

const contextOf = (runtime: Runtime, payload: { workspaceId: string }, job: JobName) =>
  systemContext(runtime, payload.workspaceId, job);

const handlers: Handlers = {
  'probe-connection': async (runtime, payload) => {
    await withLock(runtime.db, payload.connectionId, 'probe', async () => {
      await verifyConnection(contextOf(runtime, payload, 'probe-connection'), {
        connectionId: payload.connectionId,
      });
    });
  },
  'sync-costs': (runtime, payload) =>
    runSync(contextOf(runtime, payload, 'sync-costs'), {
      connectionId: payload.connectionId,
      runId: payload.runId,
    }),
  'schedule-sync': async (runtime, payload) => {
    await requestSync(contextOf(runtime, payload, 'schedule-sync'), { connectionId: payload.connectionId });
  },
  'erase-connection': (runtime, payload) =>
    eraseConnection(contextOf(runtime, payload, 'erase-connection'), { connectionId: payload.connectionId }),
  'read-uploads': (runtime, payload) =>
    readUploads(contextOf(runtime, payload, 'read-uploads'), { connectionId: payload.connectionId }),
  'rebuild-tags': (runtime, payload) =>
    rebuildGroups(contextOf(runtime, payload, 'rebuild-tags'), { connectionId: payload.connectionId }),
  'look-into-bucket': (runtime, payload) =>
    lookIntoBucket(contextOf(runtime, payload, 'look-into-bucket'), { connectionId: payload.connectionId }),
};

const workersPerQueue: Record<JobName, number> = {
  'probe-connection': 4,
  'sync-costs': 2,
  'schedule-sync': 1,
  'erase-connection': 2,
  'read-uploads': 1,
  'rebuild-tags': 1,
  'look-into-bucket': 2,
};

const jobOfKind: Record<string, JobName> = {
  erase: 'erase-connection',
  sync: 'sync-costs',
  probe: 'probe-connection',
  schedule: 'schedule-sync',
  upload: 'read-uploads',
  tags: 'rebuild-tags',
  bucket: 'look-into-bucket',
};

interface Due {
  kind: string;
  workspace_id: string;
  connection_id: string;
  run_id: string | null;
}

/** Puts everything that is due, or was left behind by a worker that died, into the queue. Queued twice, it is there once. */
export async function queueDueWork(runtime: Runtime): Promise<number> {
  const { rows } = await runtime.db.pool.query<Due>('select * from due_work()');
  for (const due of rows) {
    const name = jobOfKind[due.kind];
    if (!name) continue;
    const payload = {
      workspaceId: due.workspace_id,
      connectionId: due.connection_id,
      runId: due.run_id ?? undefined,
    };
    await runtime.queue.enqueue(null, name, jobs[name].parse(payload) as JobPayload<typeof name>);
  }
  return rows.length;
}

async function register<N extends JobName>(runtime: Runtime, boss: PgBoss, name: N): Promise<void> {
  for (let worker = 0; worker < workersPerQueue[name]; worker += 1) {
    await boss.work(
      name,
      { batchSize: 1, pollingIntervalSeconds: 0.5 },
      async (batch: PgBoss.Job<unknown>[]) => {
        for (const job of batch) {
          const payload = jobs[name].parse(job.data) as JobPayload<N>;
          try {
            await handlers[name](runtime, payload);
          } catch (error) {
            // Gone since it was queued: nothing to do, and nothing to try again.
            if (error instanceof NotFound || error instanceof PreconditionFailed) continue;
            runtime.log.error({ err: error, job: name, connection: payload.connectionId }, 'job failed');
            throw new Error(`${name} failed`);
          }
        }
      },
    );
  }
}

export interface RunningWorker {
  stop(): Promise<void>;
}

const TICK_MS = 1_000;
const HOUSEKEEPING_MS = 3_600_000;

/** What the hours bring: things that are over are let go of, and what will be over soon is told of. */
const chores: readonly ((runtime: Runtime) => Promise<unknown>)[] = [
  forgetOldAttempts,
  forgetOldRequests,
  forgetExpiredSso,
  settleAllAccesses,
  pruneAudits,
  warnOfExpiringCertificates,
  forgetUploads,
];

export async function keepHouse(runtime: Runtime, boss: PgBoss): Promise<void> {
  for (const chore of chores) {
    try {
      await chore(runtime);
    } catch (error) {
      // One that fails keeps none of the others.
      runtime.log.error({ err: error, chore: chore.name }, 'housekeeping');
    }
  }
  await boss.maintain();
  await dropUnusedShelves(runtime.db);
}

export async function startWorker(runtime: Runtime): Promise<RunningWorker> {
  const boss = await runtime.queue.boss();
  for (const name of Object.keys(handlers) as JobName[]) await register(runtime, boss, name);
  let isStopped = false;
  let ticking: Promise<void> = Promise.resolve();
  const tick = async () => {
    try {
      await queueDueWork(runtime);
    } catch (error) {
      if (!isStopped) runtime.log.error({ err: error }, 'could not look for due work');
    }
  };
  const timer = setInterval(() => (ticking = ticking.then(tick)), TICK_MS);
  const housekeeping = setInterval(() => {
    keepHouse(runtime, boss).catch((error: Error) => runtime.log.warn({ err: error }, 'housekeeping'));
  }, HOUSEKEEPING_MS);
  await tick();
  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      clearInterval(housekeeping);
      await Promise.all(Object.keys(handlers).map((name) => boss.offWork(name)));
      await ticking;
    },
  };
}
