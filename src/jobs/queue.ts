import PgBoss from 'pg-boss';
import type { Sql, Tx } from '@/db/client';
import { jobs, type JobName, type JobPayload } from './definitions';

export interface Queue {
  /** Queues in the caller's transaction: the job exists if and only if its cause does. One waiting job a connection. */
  enqueue<N extends JobName>(tx: Tx | Sql | null, name: N, payload: JobPayload<N>): Promise<void>;
  boss(): Promise<PgBoss>;
  close(): Promise<void>;
}

/** A value as PostgreSQL takes it for a parameter of pg-boss. */
const toValue = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null);

/** pg-boss's own statements in a transaction of ours. */
function executorIn(tx: Tx | Sql): PgBoss.Db {
  return {
    executeSql: async (text, values) => {
      const given = values.map(toValue);
      if ('$queryRawUnsafe' in tx)
        return { rows: await tx.$queryRawUnsafe<Record<string, unknown>[]>(text, ...given) };
      return { rows: (await tx.query<Record<string, unknown>>(text, given)).rows };
    },
  };
}

export function openQueue(databaseUrl: string, onError: (error: Error) => void): Queue {
  let started: Promise<PgBoss> | undefined;
  const boss = (): Promise<PgBoss> => {
    started ??= (async () => {
      const instance = new PgBoss({
        connectionString: databaseUrl,
        migrate: false,
        schedule: false,
        supervise: false,
        max: 4,
      });
      instance.on('error', onError);
      try {
        await instance.start();
      } catch (error) {
        await instance.stop({ graceful: false }).catch(() => undefined);
        throw error;
      }
      return instance;
    })();
    // A database that was not there yet is tried again, and not remembered for good.
    started.catch(() => (started = undefined));
    return started;
  };
  return {
    boss,
    async enqueue(tx, name, payload) {
      const data = jobs[name].parse(payload);
      const options: PgBoss.SendOptions = {
        singletonKey: data.connectionId,
        retryLimit: 3,
        retryDelay: 2,
        retryBackoff: true,
        expireInHours: 6,
      };
      if (tx) options.db = executorIn(tx);
      await (await boss()).send(name, data, options);
    },
    async close() {
      if (started) await (await started).stop({ graceful: false, wait: true });
    },
  };
}
