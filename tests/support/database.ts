import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  /** Signs in as the application does: under Row Level Security. */
  readonly appUrl: string;
  /** Signs in above it, to look beneath what the application shows. */
  readonly ownerUrl: string;
  readonly owner: pg.Pool;
  /** Empties every table, the queues too. */
  empty(): Promise<void>;
  drop(): Promise<void>;
}

function inDatabase(url: string, name: string): string {
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
}

async function asAdmin(ownerUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inDatabase(ownerUrl, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const ALL_TABLES = `
  select string_agg(format('%I.%I', n.nspname, c.relname), ', ') as tables
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition
    and (n.nspname = 'public' and c.relname <> '_prisma_migrations' or n.nspname = 'pgboss' and c.relname = 'job')`;

/** A migrated database of one's own, made as a copy of the template; or one with nothing in it. */
export async function createDatabase(options: { isBlank?: boolean } = {}): Promise<TestDatabase> {
  const postgres = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = options.isBlank ? 'template0' : new URL(postgres.ownerUrl).pathname.slice(1);
  await asAdmin(postgres.ownerUrl, `create database ${name} template ${template}`);
  const ownerUrl = inDatabase(postgres.ownerUrl, name);
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 4 });
  // Dropping the database ends idle connections, which is no failure of the test that is over.
  owner.on('error', () => undefined);
  return {
    appUrl: inDatabase(postgres.appUrl, name),
    ownerUrl,
    owner,
    async empty() {
      const { rows } = await owner.query<{ tables: string }>(ALL_TABLES);
      await owner.query(`truncate ${rows[0]?.tables ?? ''} cascade`);
    },
    async drop() {
      await owner.end();
      await asAdmin(postgres.ownerUrl, `drop database ${name} with (force)`);
    },
  };
}
