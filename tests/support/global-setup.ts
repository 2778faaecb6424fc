import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '@/db/migrate';
import { startEmbeddedPostgres } from '../../scripts/embedded-postgres';

export interface TestPostgres {
  /** A superuser's address of the migrated template database, which nobody connects to. */
  readonly ownerUrl: string;
  readonly appUrl: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: TestPostgres;
  }
}

/** One PostgreSQL for all suites; each suite's database is a copy of the one that is migrated here. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = path.resolve('.belvedere', `test-${randomBytes(4).toString('hex')}`);
  const postgres = await startEmbeddedPostgres(home, {
    preferredPort: 56_432,
    flags: ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
  }).catch((error: unknown) => {
    rmSync(home, { recursive: true, force: true });
    throw error;
  });
  const stop = async () => {
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await migrate(postgres.ownerUrl, postgres.appUrl);
    await closeTemplate(postgres.ownerUrl);
    project.provide('postgres', { ownerUrl: postgres.ownerUrl, appUrl: postgres.appUrl });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** A database is only copied while nobody is connected to it. */
async function closeTemplate(ownerUrl: string): Promise<void> {
  const admin = new URL(ownerUrl);
  const name = admin.pathname.slice(1);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  await client.query(`alter database ${client.escapeIdentifier(name)} with allow_connections false`);
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await client.end();
}
