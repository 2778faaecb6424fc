import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { jobNames } from '@/jobs/definitions';
import { openSchemaEngine } from './schema-engine';

const prismaDir = path.join(process.cwd(), 'prisma');

/** The committed migrations that the database lacks are applied; returns their names. */
async function applyMigrations(ownerUrl: string): Promise<string[]> {
  const baseDir = path.join(prismaDir, 'migrations');
  const directories = (await readdir(baseDir, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  const migrationDirectories = await Promise.all(
    directories
      .map((entry) => entry.name)
      .sort()
      .map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readFile(path.join(baseDir, name, 'migration.sql'), 'utf8'),
          },
        },
      })),
  );
  const engine = await openSchemaEngine(
    ownerUrl,
    await readFile(path.join(prismaDir, 'schema.prisma'), 'utf8'),
  );
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir,
        lockfile: {
          path: 'migration_lock.toml',
          content: await readFile(path.join(baseDir, 'migration_lock.toml'), 'utf8'),
        },
        shadowDbInitScript: '',
        migrationDirectories,
      },
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  } finally {
    engine.free();
  }
}

/** The application's login: a member of belvedere_app, made or given its password here. */
async function ensureAppLogin(client: pg.Client, appUrl: string): Promise<void> {
  const { username, password } = new URL(appUrl);
  const name = client.escapeIdentifier(decodeURIComponent(username));
  const secret = client.escapeLiteral(decodeURIComponent(password));
  const found = await client.query(
    'select rolsuper or rolbypassrls as unsafe from pg_roles where rolname = $1',
    [decodeURIComponent(username)],
  );
  if (found.rows[0]?.unsafe) {
    throw new Error(
      `DATABASE_URL signs in as ${username}, which is above Row Level Security. Name another role there; it is made if it is missing.`,
    );
  }
  const attributes = `login nosuperuser nobypassrls nocreatedb nocreaterole password ${secret}`;
  await client.query(
    found.rowCount === 0
      ? `create role ${name} ${attributes}`
      : `alter role ${name} login password ${secret}`,
  );
  await client.query(`grant belvedere_app to ${name}`);
}

/** Queues are tables, so the owner makes them; the application only fills and empties them. */
async function prepareQueues(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, supervise: false, schedule: false, max: 2 });
  await boss.start();
  for (const name of jobNames) await boss.createQueue(name, { name, policy: 'short' });
  await boss.stop({ graceful: false, wait: true });
}

/** Brings the database to this version. `ownerUrl` may create roles and tables; `appUrl` is what the app will use. */
export async function migrate(ownerUrl: string, appUrl: string): Promise<string[]> {
  const applied = await applyMigrations(ownerUrl);
  await prepareQueues(ownerUrl);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await ensureAppLogin(client, appUrl);
    await client.query('grant usage on schema pgboss to belvedere_app');
    await client.query(
      'grant select, insert, update, delete on all tables in schema pgboss to belvedere_app',
    );
    await client.query('grant execute on all functions in schema pgboss to belvedere_app');
  } finally {
    await client.end();
  }
  return applied;
}
