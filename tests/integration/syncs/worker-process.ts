import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeDb, openDb } from '@/db/client';
import { openQueue } from '@/jobs/queue';
import type { Runtime } from '@/runtime';
import type { Workbench } from '../../support/workbench';

/** The environment that a deployment's worker has, with the simulated AWS as its AWS. */
function workerEnv(bench: Workbench): NodeJS.ProcessEnv {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    ...process.env,
    NODE_ENV: 'test',
    NODE_NO_WARNINGS: '1',
    DATABASE_URL: bench.database.appUrl,
    BELVEDERE_URL: bench.runtime.config.appUrl,
    AUTH_SECRET: 'a secret that only the tests know, long enough',
    RECEIPT_SIGNING_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    MAIL_URL: 'inbox:',
    COLLECTOR_ROLE_ARN: bench.runtime.config.collectorRoleArn,
    TEMPLATE_URL: bench.runtime.config.templateUrl,
    LOG_LEVEL: 'error',
  };
}

export interface WorkerProcess {
  /** kill -9: no handler runs, nothing is tidied up. */
  kill(): Promise<void>;
  /** What it wrote to its log: nothing, unless something went wrong. */
  output(): string;
  /** Throws where it has ended by itself, so that nobody waits for it in vain. */
  expectRunning(): void;
}

function over(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** The real worker, as a process of its own. */
export function startWorkerProcess(bench: Workbench): WorkerProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/worker.ts'], {
    env: workerEnv(bench),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => written.push(chunk.toString('utf8')));
  }
  return {
    output: () => written.join(''),
    expectRunning() {
      if (child.exitCode !== null) throw new Error(`The worker ended:\n${written.join('')}`);
    },
    async kill() {
      child.kill('SIGKILL');
      await over(child);
    },
  };
}

/** The application a second time, with its own connections to the same database. */
export function secondRuntime(bench: Workbench): Runtime {
  const db = openDb(bench.database.appUrl);
  const queue = openQueue(bench.database.appUrl, (error) => bench.runtime.log.error({ err: error }, 'queue'));
  return {
    ...bench.runtime,
    db,
    queue,
    async close() {
      await queue.close();
      await closeDb(db);
    },
  };
}
