import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { completeSignIn } from '@/features/auth/second-factor';
import { createVault, type Vault } from '@/vault';
import { rotateVault } from '../../../scripts/rotate-vault';
import { DEVICE } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { addTotp, empty, enter, newOwner, signedIn, totpCode } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const OLD = { id: 'k2026', key: randomBytes(32) };
const NEW = { id: 'k2027', key: randomBytes(32) };
const both = createVault([NEW, OLD]);
const envOf = (...keys: { id: string; key: Buffer }[]) =>
  keys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(',');

const COLUMNS = {
  app_user: 'totp_secret',
  staff_account: 'totp_secret',
  sso_key: 'private_key',
} as const;

/** A value in each place that holds some: of a person, of a member of staff, and of each of two workspaces. */
async function fill(vault: Vault): Promise<void> {
  const { owner } = bench.database;
  for (const name of ['ada', 'grace']) {
    const { userId, workspaceId } = await newOwner(bench, name);
    await owner.query('update app_user set totp_secret = $2 where id = $1', [
      userId,
      vault.encrypt(`secret of ${name}`, `totp ${userId}`),
    ]);
    const keyId = randomUUID();
    await owner.query(
      `insert into sso_key (workspace_id, id, private_key, certificate, created_at) values ($1, $2, $3, '', now())`,
      [workspaceId, keyId, vault.encrypt(`key of ${name}`, `sso key ${workspaceId} ${keyId}`)],
    );
  }
  const staffId = randomUUID();
  await owner.query(
    `insert into staff_account (id, email, name, totp_secret, granted_at, granted_by)
     values ($1, 'root@operator.example', 'Root', $2, now(), 'test')`,
    [staffId, vault.encrypt('secret of staff', `staff totp ${staffId}`)],
  );
}

async function values(): Promise<string[]> {
  const found: string[] = [];
  for (const [table, column] of Object.entries(COLUMNS)) {
    const { rows } = await bench.database.owner.query<{ value: string }>(
      `select ${column} as value from ${table} where ${column} is not null`,
    );
    found.push(...rows.map((row) => row.value));
  }
  return found;
}

async function texts(vault: Vault): Promise<string[]> {
  const { rows } = await bench.database.owner.query<{ value: string; purpose: string }>(
    `select totp_secret as value, 'totp ' || id as purpose from app_user
     union all select totp_secret, 'staff totp ' || id from staff_account
     union all select private_key, 'sso key ' || workspace_id || ' ' || id from sso_key`,
  );
  return rows.map(({ value, purpose }) => vault.decrypt(value, purpose)).sort();
}

const ALL = ['key of ada', 'key of grace', 'secret of ada', 'secret of grace', 'secret of staff'];

describe('changing the key', () => {
  it('puts every value of everybody under the new one, and leaves what they say', async () => {
    await fill(createVault([OLD]));
    const reports = await rotateVault(bench.runtime.db, both);
    expect(reports.map(({ name, rewrapped }) => [name, rewrapped])).toEqual([
      ['app_user.totp_secret', 2],
      ['staff_account.totp_secret', 1],
      ['sso_key.private_key', 2],
    ]);
    for (const report of reports) {
      expect(report).toMatchObject({ meanwhile: 0, unreadable: 0 });
      expect([...report.underKeys]).toEqual([['k2027', report.rewrapped]]);
    }
    expect(await texts(createVault([NEW]))).toEqual(ALL);
  });

  it('does nothing the second time', async () => {
    await fill(createVault([OLD]));
    await rotateVault(bench.runtime.db, both);
    const before = await values();
    const reports = await rotateVault(bench.runtime.db, both);
    expect(reports.map((one) => one.rewrapped)).toEqual([0, 0, 0]);
    expect(await values()).toEqual(before);
  });

  it('takes more than a batch', async () => {
    const old = createVault([OLD]);
    await bench.database.owner.query(
      `insert into app_user (id, email, name, totp_secret)
       select gen_random_uuid(), 'person-' || n || '@example.org', 'Person', $1 from generate_series(1, 1203) n`,
      [old.encrypt('shared for the test', 'totp x')],
    );
    const [people] = await rotateVault(bench.runtime.db, both);
    expect(people).toMatchObject({ rewrapped: 1_203, meanwhile: 0, unreadable: 0 });
    expect(people && [...people.underKeys]).toEqual([['k2027', 1_203]]);
  });

  it('leaves what it cannot open, and says how much', async () => {
    const lost = createVault([{ id: 'lost', key: randomBytes(32) }]);
    await fill(lost);
    const before = await values();
    const reports = await rotateVault(bench.runtime.db, both);
    expect(reports.map((one) => one.unreadable)).toEqual([2, 1, 2]);
    expect(reports.map((one) => [...one.underKeys])).toEqual([[['lost', 2]], [['lost', 1]], [['lost', 2]]]);
    expect(await values()).toEqual(before);
  });

  it('writes over nothing that was changed since it was read', async () => {
    await fill(createVault([OLD]));
    const { owner } = bench.database;
    const changed = both.encrypt('set meanwhile', 'totp x');
    const { pool } = bench.runtime.db;
    // The change comes with the first write of the rotation, before it.
    const query = pool.query.bind(pool);
    let isFirst = true;
    const raced = Object.assign(Object.create(pool) as typeof pool, {
      async query(text: string, given: unknown[]) {
        if (isFirst && text.startsWith('update app_user')) {
          isFirst = false;
          await owner.query('update app_user set totp_secret = $1', [changed]);
        }
        return query(text, given);
      },
    });
    const [people] = await rotateVault({ ...bench.runtime.db, pool: raced }, both);
    expect(people).toMatchObject({ rewrapped: 0, meanwhile: 2 });
    const { rows } = await owner.query<{ totp_secret: string }>('select totp_secret from app_user');
    expect(rows.map((row) => row.totp_secret)).toEqual([changed, changed]);
  });

  it('lets people sign in with the app that they have', async () => {
    const { email } = await newOwner(bench);
    const person = { ...(await signedIn(bench, email)), vault: createVault([OLD]) };
    const { secret } = await addTotp(bench, person);
    await rotateVault(bench.runtime.db, both);
    const { token } = await enter(bench, email);
    const proof = { kind: 'totp', code: totpCode(secret, bench.clock.now()) } as const;
    const under = (vault: Vault) => completeSignIn({ ...bench.runtime, vault }, token, proof, DEVICE);
    await expect(under(createVault([OLD]))).rejects.toThrow('under a key that is not configured');
    expect(await under(createVault([NEW]))).toMatchObject({ stage: 'open' });
  });
});

function run(env: Record<string, string>): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/keys-rotate.ts'], {
    env: { NODE_ENV: 'test', PATH: process.env['PATH'], ...env },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  return new Promise((done) => child.on('close', (code) => done({ code, ...said })));
}

describe('npm run keys:rotate', () => {
  it('says what it did, and when the old key can go', async () => {
    await fill(createVault([OLD]));
    const env = { DATABASE_URL: bench.database.appUrl, ENCRYPTION_KEYS: envOf(NEW, OLD) };
    const { code, out, err } = await run(env);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('app_user.totp_secret: 2 put under k2027. Now: 2 under k2027.');
    expect(out).toContain('sso_key.private_key: 2 put under k2027. Now: 2 under k2027.');
    expect(out).toContain('Everything is under k2027.');
    expect(await texts(createVault([NEW]))).toEqual(ALL);
  });

  it('says which key has to stay, and fails then', async () => {
    await fill(createVault([OLD]));
    const { code, out } = await run({ DATABASE_URL: bench.database.appUrl, ENCRYPTION_KEYS: envOf(NEW) });
    expect(code).toBe(1);
    expect(out).toContain('2 cannot be opened with these keys and stayed as they are. Now: 2 under k2026.');
    expect(out).toContain('Keep k2026');
  });

  it('repeats no key and no value', async () => {
    await fill(createVault([OLD]));
    const bad = `${envOf(NEW)}x:`;
    const said = [
      await run({ DATABASE_URL: bench.database.appUrl, ENCRYPTION_KEYS: bad }),
      await run({ DATABASE_URL: bench.database.appUrl, ENCRYPTION_KEYS: envOf(NEW, OLD) }),
    ];
    expect(said.map((one) => one.code)).toEqual([2, 0]);
    const text = said.map((one) => one.out + one.err).join('\n');
    expect(text).toContain('Set ENCRYPTION_KEYS');
    for (const secret of [...[OLD, NEW].map((one) => one.key.toString('base64')), 'secret of', 'v1.']) {
      expect(text).not.toContain(secret);
    }
  });
});
