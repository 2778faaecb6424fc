import path from 'node:path';
import { closeDb, openDb } from '../src/db/client';
import { databaseTlsFault } from '../src/security/database-tls';
import { createVault, parseVaultKeys, type Vault } from '../src/vault';
import { startEmbeddedPostgres } from './embedded-postgres';
import { deploymentEnv } from './env-file';
import { rotateVault, type ShelfReport } from './rotate-vault';

const say = (text: string) => void process.stdout.write(`${text}\n`);

function readVault(text: string | undefined): Vault {
  try {
    return createVault(parseVaultKeys(text ?? ''));
  } catch {
    throw new Error('Set ENCRYPTION_KEYS as the application has it: the new key first, then the old ones.');
  }
}

async function findDatabase(given: string | undefined): Promise<{ url: string; stop(): Promise<void> }> {
  if (!given) {
    const database = await startEmbeddedPostgres(path.resolve('.belvedere', 'data'));
    return { url: database.appUrl, stop: () => database.stop() };
  }
  const fault = databaseTlsFault(given);
  if (fault) throw new Error(`DATABASE_URL ${fault}.`);
  return { url: given, stop: async () => undefined };
}

const inWords = (underKeys: ReadonlyMap<string, number>) =>
  [...underKeys].map(([key, values]) => `${values} under ${key}`).join(', ') || 'none';

function describe(report: ShelfReport, keyId: string): string {
  const { name, rewrapped, meanwhile, unreadable, underKeys } = report;
  const more = [
    ...(meanwhile > 0 ? [`${meanwhile} changed meanwhile`] : []),
    ...(unreadable > 0 ? [`${unreadable} cannot be opened with these keys and stayed as they are`] : []),
  ];
  return `${name}: ${[`${rewrapped} put under ${keyId}`, ...more].join(', ')}. Now: ${inWords(underKeys)}.`;
}

function advise(reports: readonly ShelfReport[], keyId: string): boolean {
  const others = new Set(reports.flatMap((one) => [...one.underKeys.keys()]).filter((key) => key !== keyId));
  if (others.size === 0) {
    say(`Everything is under ${keyId}. Keys behind it can be taken out of ENCRYPTION_KEYS.`);
    return true;
  }
  say(
    `Keep ${[...others].join(', ')}: something is under it. If the application was not restarted with ${keyId} in front, restart it and run this again.`,
  );
  return false;
}

/** `npm run keys:rotate`, after the application was restarted with the new key in front. Exit 1 where an old key is in use. */
async function main(): Promise<number> {
  const env = deploymentEnv();
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    throw new Error('NODE_TLS_REJECT_UNAUTHORIZED must not be 0.');
  const vault = readVault(env['ENCRYPTION_KEYS']);
  const database = await findDatabase(env['DATABASE_URL']);
  const db = openDb(database.url, { poolSize: 2 });
  try {
    const reports = await rotateVault(db, vault);
    for (const report of reports) say(describe(report, vault.keyId));
    return advise(reports, vault.keyId) ? 0 : 1;
  } finally {
    await closeDb(db);
    await database.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  },
);
