import path from 'node:path';
import { migrate } from '../src/db/migrate';
import { parseEnv } from '../src/env';
import { startEmbeddedPostgres } from './embedded-postgres';
import { deploymentEnv } from './env-file';
import { startNode, stopChild } from './processes';

const COMMANDS: Record<string, readonly string[]> = {
  web: ['node_modules/next/dist/bin/next', 'start'],
  worker: ['--import', 'tsx', 'src/worker.ts'],
};

/** `npm start` and `npm run worker`: with DATABASE_URL as it says, without it on the embedded PostgreSQL. */
async function main(): Promise<void> {
  const what = process.argv[2] ?? '';
  const command = COMMANDS[what];
  if (!command) throw new Error('Say web or worker.');
  const env = deploymentEnv();
  let stopDatabase = async () => undefined as void;
  if (!env['DATABASE_URL']) {
    const database = await startEmbeddedPostgres(path.resolve('.belvedere', 'data'));
    await migrate(database.ownerUrl, database.appUrl);
    env['DATABASE_URL'] = database.appUrl;
    stopDatabase = () => database.stop();
  }
  try {
    parseEnv({ ...env, NODE_ENV: 'production' });
  } catch (error) {
    await stopDatabase();
    throw error;
  }
  const child = startNode(
    what,
    [...command, ...process.argv.slice(3)],
    { ...env, NODE_ENV: 'production' },
    'inherit',
  );
  const stop = async () => {
    await stopChild(child);
    await stopDatabase();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
  const code = await child.exited;
  await stopDatabase();
  process.exit(code);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
