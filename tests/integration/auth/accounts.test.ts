import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Conflict, LimitReached, Unauthenticated } from '@/errors';
import { SignInInput, SignUpInput } from '@/features/auth/schemas';
import { readSession } from '@/features/auth/sessions';
import { signIn } from '@/features/auth/sign-in';
import { signUp } from '@/features/auth/sign-up';
import { forgetOldAttempts } from '@/features/auth/throttle';
import { createSealer } from '@/sealer';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { empty, eventsOf, held, soon } from './support';
import { DEVICE, openSession } from '../../support/open-session';

const PASSWORD = 'a long enough password';
const HERE = '203.0.113.7';
const MINUTE = 60_000;

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const ada = { name: 'Ada', workspace: 'Lovelace Analytics', email: 'ada@example.org', password: PASSWORD };
const join = (input = ada, address = HERE) => signUp(bench.runtime, input, { ...DEVICE, address });
const enter = (email: string, password: string, address = HERE) =>
  signIn(bench.runtime, { email, password }, { ...DEVICE, address });

async function rowCounts() {
  const { rows } = await bench.database.owner.query<Record<string, number>>(
    `select (select count(*)::int from app_user) as users, (select count(*)::int from workspace) as workspaces,
       (select count(*)::int from membership) as memberships, (select count(*)::int from auth_session) as sessions`,
  );
  return rows[0];
}

describe('signing up', () => {
  it('T50 makes a person, their workspace and their ownership of it', async () => {
    const { userId, workspaceId } = await join();
    expect(await rowCounts()).toEqual({ users: 1, workspaces: 1, memberships: 1, sessions: 0 });
    const session = await readSession(bench.runtime, await openSession(bench.runtime, userId));
    expect(session).toMatchObject({
      userId,
      name: 'Ada',
      email: 'ada@example.org',
      workspace: { id: workspaceId, name: 'Lovelace Analytics', role: 'owner' },
    });
  });

  it('T50 with an address that has an account leaves nothing half-written', async () => {
    await join();
    await expect(join({ ...ada, name: 'Another', workspace: 'Another' })).rejects.toThrow(Conflict);
    expect(await rowCounts()).toMatchObject({ users: 1, workspaces: 1, memberships: 1 });
    expect(await enter(ada.email, PASSWORD)).toMatchObject({ token: expect.any(String) });
  });

  it('T50 that breaks off leaves nothing at all', async () => {
    const { owner } = bench.database;
    await owner.query(`create function break_off() returns trigger language plpgsql as 'begin raise exception ''broken off''; end';
      create trigger break_off before insert on membership execute function break_off()`);
    await expect(join()).rejects.toThrow('broken off');
    await owner.query('drop trigger break_off on membership; drop function break_off');
    expect(await rowCounts()).toMatchObject({ users: 0, workspaces: 0, memberships: 0 });
    await join();
  });

  it('T50 twice at the same moment makes one account', async () => {
    const both = await Promise.allSettled([join(), join()]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await rowCounts()).toMatchObject({ users: 1, workspaces: 1, memberships: 1 });
  });

  it('T50 stores no password, only its argon2id digest', async () => {
    await join();
    const { rows } = await bench.database.owner.query<{ line: string }>(
      'select t::text as line from app_user t',
    );
    expect(rows[0]?.line).toContain('$argon2id$');
    expect(rows[0]?.line).not.toContain(PASSWORD);
  });

  it.each([
    [{ ...ada, email: 'ada' }, 'email'],
    [{ ...ada, password: 'too short' }, 'password'],
    [{ ...ada, password: 'x'.repeat(201) }, 'password'],
    [{ ...ada, name: '  ' }, 'name'],
    [{ ...ada, workspace: '' }, 'workspace'],
  ])('T50 names the field that is wrong', (input, field) => {
    expect(SignUpInput.safeParse(input).error?.issues.map((issue) => issue.path.join())).toEqual([field]);
  });

  it('T50 takes no role and no workspace of others from a form', () => {
    expect(SignUpInput.safeParse({ ...ada, role: 'owner' }).success).toBe(false);
    expect(SignUpInput.safeParse({ ...ada, workspaceId: 'x' }).success).toBe(false);
  });
});

describe('signing in', () => {
  it('T51 opens a session whose token is stored as a digest alone', async () => {
    const { userId } = await join();
    const { token } = await enter(ada.email, PASSWORD);
    expect(await readSession(bench.runtime, token)).toMatchObject({ userId });
    const { rows } = await bench.database.owner.query<{ line: string }>(
      'select t::text as line from auth_session t',
    );
    expect(rows.map((row) => row.line).join()).not.toContain(token);
  });

  it('T51 takes an address however it is written', async () => {
    await join();
    const input = SignInInput.parse({ email: '  ADA@Example.org ', password: PASSWORD });
    expect(await signIn(bench.runtime, input, { ...DEVICE, address: HERE })).toMatchObject({
      token: expect.any(String),
    });
  });

  it('T51 says the same of an unknown address and of a wrong password', async () => {
    await join();
    const wrong = await enter(ada.email, 'another password').catch((error: unknown) => error);
    const unknown = await enter('nobody@example.org', PASSWORD).catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(Unauthenticated);
    expect(unknown).toEqual(wrong);
    expect(await rowCounts()).toMatchObject({ sessions: 0 });
  });

  it('T51 does not open by a password that was changed while it was checked', async () => {
    const { userId } = await join();
    const changed = await held(
      bench,
      `update app_user set password_hash = 'another' where id = $1`,
      [userId],
      () => enter(ada.email, PASSWORD),
    );
    expect(changed).toBeInstanceOf(Unauthenticated);
    expect(await rowCounts()).toMatchObject({ sessions: 0 });
  });

  it('T51 asks for a second factor that was added while the password was checked', async () => {
    const { userId } = await join();
    const opened = await held(
      bench,
      'update app_user set totp_confirmed_at = now() where id = $1',
      [userId],
      () => enter(ada.email, PASSWORD),
    );
    expect(opened).toMatchObject({ stage: 'factor' });
  });

  it('T51 answers a wrong password without waiting for the trail', async () => {
    const { workspaceId } = await join();
    const refused = await held(
      bench,
      'select from audit_head where workspace_id = $1 for update',
      [workspaceId],
      () => enter(ada.email, 'another password').catch((error: unknown) => error),
    );
    expect(refused).toBeInstanceOf(Unauthenticated);
    await soon(async () => {
      expect(await eventsOf(bench, workspaceId, 'session.refused')).toMatchObject([
        { actor_kind: 'stranger', actor_id: null, detail: { reason: 'password' } },
      ]);
    });
  });

  const failTimes = async (times: number, email: (attempt: number) => string, address: string) => {
    for (let attempt = 0; attempt < times; attempt += 1) {
      await expect(enter(email(attempt), 'a wrong password', address)).rejects.toThrow(Unauthenticated);
    }
  };

  const refusalOf = (email: string, address: string) =>
    enter(email, PASSWORD, address).then(
      () => null,
      (error: unknown) => error,
    );

  it('T52 is throttled after ten attempts on an account from one machine, right password or not', async () => {
    await join();
    await failTimes(10, () => ada.email, HERE);
    const known = await refusalOf(ada.email, HERE);
    expect(known).toBeInstanceOf(LimitReached);
    await failTimes(10, () => 'nobody@example.org', '198.51.100.2');
    // The same words, whether there is such an account or not.
    expect(await refusalOf('nobody@example.org', '198.51.100.2')).toEqual(known);
    expect((known as Error).message).toMatch(/^Too many attempts\. Try again in \d+ minutes\.$/);
  });

  it('T52 locks no owner out from another machine', async () => {
    await join();
    await failTimes(10, () => ada.email, '198.51.100.2');
    expect(await refusalOf(ada.email, '198.51.100.2')).toBeInstanceOf(LimitReached);
    expect(await enter(ada.email, PASSWORD, HERE)).toMatchObject({ token: expect.any(String) });
  });

  it('T52 is throttled after sixty attempts on an account, from wherever they come', async () => {
    await join();
    await failTimes(3, () => ada.email, '198.51.100.2');
    await bench.database.owner.query(
      `update login_throttle set failures = 59 where key like 'account:%' and failures = 3`,
    );
    await failTimes(1, () => ada.email, '198.51.100.3');
    expect(await refusalOf(ada.email, '198.51.100.4')).toBeInstanceOf(LimitReached);
  });

  it('T52 is open again a quarter of an hour later', async () => {
    await join();
    await failTimes(10, () => ada.email, HERE);
    await expect(enter(ada.email, PASSWORD)).rejects.toThrow(LimitReached);
    bench.clock.advance(15 * MINUTE + 1_000);
    expect(await enter(ada.email, PASSWORD)).toMatchObject({ token: expect.any(String) });
  });

  it('T52 is throttled after sixty attempts from an address', async () => {
    await join(ada, '198.51.100.9');
    // Passwords are slow to check on purpose, so the attempts before are counted as they would be.
    await failTimes(3, (attempt) => `someone-${attempt}@example.org`, HERE);
    await bench.database.owner.query(
      `update login_throttle set failures = 59 where key like 'address:%' and failures = 3`,
    );
    await failTimes(1, () => 'someone-else@example.org', HERE);
    await expect(enter(ada.email, PASSWORD, HERE)).rejects.toThrow(LimitReached);
    expect(await enter(ada.email, PASSWORD, '198.51.100.10')).toMatchObject({ token: expect.any(String) });
  });

  it('T52 counts guesses that are made at the same moment', async () => {
    await join();
    const guesses = await Promise.allSettled(
      Array.from({ length: 14 }, (_, index) => enter(ada.email, `guess ${index}`)),
    );
    const limited = guesses.filter((one) => one.status === 'rejected' && one.reason instanceof LimitReached);
    expect(limited).toHaveLength(4);
  });

  it('T52 that succeeds forgets the attempts before', async () => {
    await join();
    for (let round = 0; round < 2; round += 1) {
      await failTimes(9, () => ada.email, HERE);
      await enter(ada.email, PASSWORD);
    }
  });

  it('T52 keeps no address of a person or a machine', async () => {
    await join();
    await failTimes(1, () => 'nobody@example.org', HERE);
    const { rows } = await bench.database.owner.query<{ line: string }>(
      'select t::text as line from login_throttle t',
    );
    const text = rows.map((row) => row.line).join('\n');
    expect(text).not.toContain('example.org');
    expect(text).not.toContain(HERE);
    // Nor a digest that anyone could make of an address that they guess.
    for (const guess of ['nobody@example.org', HERE, `nobody@example.org ${HERE}`]) {
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(text).not.toContain(createHash('sha256').update(guess).digest(encoding));
      }
    }
    // Of the sign-up, the mail to confirm the address, and the attempt.
    const kinds = rows.map((row) => /^\((\w+):/.exec(row.line)?.[1]).sort();
    expect(kinds).toEqual(['account', 'account', 'account', 'address', 'address', 'pair', 'pair', 'pair']);
    const { sealer } = bench.runtime;
    expect(sealer.digest(HERE)).toBe(sealer.digest(HERE));
    expect(createSealer('another secret, just as long as the first').digest(HERE)).not.toBe(
      sealer.digest(HERE),
    );
  });

  it('T52 is forgotten when its time is over, and so are sessions that have ended', async () => {
    const { userId } = await join();
    await failTimes(2, () => ada.email, HERE);
    const session = await openSession(bench.runtime, userId);
    const keys = async () => {
      const { rows } = await bench.database.owner.query<{ key: string }>('select key from login_throttle');
      return rows.map((row) => row.key.split(':')[0]).sort();
    };
    bench.clock.advance(15 * MINUTE);
    await forgetOldAttempts(bench.runtime);
    expect(await keys()).toHaveLength(8);
    bench.clock.advance(1_000);
    await enter('nobody@example.org', 'a wrong password', '198.51.100.2').catch(() => undefined);
    await forgetOldAttempts(bench.runtime);
    expect(await keys()).toEqual(['account', 'address', 'pair']);
    expect(await readSession(bench.runtime, session)).toMatchObject({ userId });
    bench.clock.advance(14 * 24 * 60 * MINUTE);
    const fresh = await openSession(bench.runtime, userId);
    await forgetOldAttempts(bench.runtime);
    expect(await rowCounts()).toMatchObject({ users: 1, sessions: 1 });
    expect(await readSession(bench.runtime, fresh)).toMatchObject({ userId });
  });
});
