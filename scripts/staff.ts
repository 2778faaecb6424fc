import { userInfo } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { closeDb, openDb } from '../src/db/client';
import { settleAllAccesses } from '../src/features/staff/accesses';
import { quarterOf } from '../src/features/staff/review';
import { grantStaff, listStaff, revokeStaff } from '../src/features/staff/roll';
import { GrantInput } from '../src/features/staff/schemas';
import { databaseTlsFault } from '../src/security/database-tls';
import { startEmbeddedPostgres } from './embedded-postgres';
import { demoEnv, deploymentEnv } from './env-file';

const USAGE = `Who is staff of this Belvedere. No page can change it.

  npm run staff -- grant EMAIL "NAME"   prints a setup link, for one use within 24 hours
  npm run staff -- revoke EMAIL         ends their sessions and what they look into, at once
  npm run staff -- list

Add --demo for the database of \`npm run demo\`, while it runs or not.
Otherwise MIGRATION_DATABASE_URL and DATABASE_URL say where, or the embedded database of \`npm start\` is meant.
`;

interface Place {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly pageUrl: string;
  stop(): Promise<void>;
}

async function findPlace(isDemo: boolean): Promise<Place> {
  const env = isDemo ? demoEnv() : deploymentEnv();
  const pageUrl = (env['BELVEDERE_URL'] ?? 'http://127.0.0.1:3000').replace(/\/$/, '');
  if (isDemo || !env['DATABASE_URL']) {
    const home = isDemo ? path.resolve('.belvedere', 'demo') : path.resolve('.belvedere', 'data');
    return { ...(await startEmbeddedPostgres(home)), pageUrl };
  }
  const { MIGRATION_DATABASE_URL: ownerUrl, DATABASE_URL: appUrl } = env;
  if (!ownerUrl)
    throw new Error('Set MIGRATION_DATABASE_URL: the application’s own role cannot make anybody staff.');
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    throw new Error('NODE_TLS_REJECT_UNAUTHORIZED must not be 0.');
  for (const [name, url] of Object.entries({ MIGRATION_DATABASE_URL: ownerUrl, DATABASE_URL: appUrl })) {
    const fault = databaseTlsFault(url);
    if (fault) throw new Error(`${name} ${fault}.`);
  }
  return { ownerUrl, appUrl, pageUrl, stop: async () => undefined };
}

const say = (text: string) => void process.stdout.write(`${text}\n`);
const minute = (at: Date | null) => (at ? `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'never');

async function list(owner: pg.Pool): Promise<void> {
  const people = await listStaff(owner);
  if (people.length === 0) say('Nobody is staff.');
  for (const person of people) {
    say(`${person.email}   ${person.name}
  since ${minute(person.grantedAt)}, granted by ${person.grantedBy}
  second factor ${person.hasSecondFactor ? 'set up' : 'not set up'}, last seen ${minute(person.lastSeenAt)}`);
  }
  const quarter = quarterOf(new Date());
  const { rows } = await owner.query<{ signed_by: string }>(
    'select signed_by from staff_review where quarter = $1 order by signed_at',
    [quarter],
  );
  const signed = rows.map((row) => row.signed_by).join(', ');
  say(`\nReview of ${quarter}: ${signed ? `signed by ${signed}` : 'not signed yet, at /staff/review'}`);
}

async function settle(appUrl: string): Promise<void> {
  const db = openDb(appUrl, { poolSize: 2 });
  try {
    await settleAllAccesses({ db, now: () => new Date() });
  } finally {
    await closeDb(db);
  }
}

async function run(owner: pg.Pool, place: Place, words: readonly string[]): Promise<void> {
  const [command, email = '', name = ''] = words;
  const stamp = { by: userInfo().username, now: new Date() };
  if (command === 'list') return list(owner);
  if (command === 'grant') {
    const input = GrantInput.safeParse({ email, name });
    if (!input.success) throw new Error(input.error.issues.map((issue) => issue.message).join('\n'));
    const { token, expiresAt } = await grantStaff(owner, input.data, stamp);
    say(`${input.data.email} is staff once they have set a password and a second factor here:

  ${place.pageUrl}/staff/setup/${token}

The link works once, until ${minute(expiresAt)}. Hand it to nobody else. Then they sign in at ${place.pageUrl}/staff`);
    return;
  }
  if (command === 'revoke') {
    await revokeStaff(owner, email, stamp);
    say(
      `${email} is staff no longer. Their sessions have ended, and nothing they were let into opens any more.`,
    );
    await settle(place.appUrl);
    say('It stands in the audit trail of each workspace that had let them in.');
    return;
  }
  throw new Error(USAGE);
}

const NO_TABLE = '42P01';
const NOT_ALLOWED = '42501';

function wordsOf(error: unknown): string {
  if (error instanceof pg.DatabaseError && error.code === NO_TABLE)
    return 'The database has no tables yet. Start Belvedere once, or run `npm run db:migrate`.';
  if (error instanceof pg.DatabaseError && error.code === NOT_ALLOWED)
    return 'MIGRATION_DATABASE_URL must sign in as the owner of the tables, the role that migrates them.';
  if (error instanceof Error) return error.message;
  return String(error);
}

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const isDemo = words.includes('--demo');
  const rest = words.filter((word) => word !== '--demo');
  if (!['grant', 'revoke', 'list'].includes(rest[0] ?? '')) {
    process.stderr.write(USAGE);
    return 1;
  }
  const place = await findPlace(isDemo);
  const owner = new pg.Pool({ connectionString: place.ownerUrl, max: 1 });
  try {
    await run(owner, place, rest);
    return 0;
  } finally {
    await owner.end();
    await place.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${wordsOf(error)}\n`);
    process.exit(1);
  },
);
