import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Conflict, Invalid, LimitReached, NotFound, Unauthenticated } from '@/errors';
import { listStaff, revokeStaff } from '@/features/staff/roll';
import { GrantInput, SetUpInput, StaffSignInInput } from '@/features/staff/schemas';
import { signOutStaff } from '@/features/staff/sessions';
import { finishSetup, readSetup } from '@/features/staff/set-up';
import { signInStaff } from '@/features/staff/sign-in';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { codeAt, deskOf, grant, HERE, hire, HOUR, KIM, MINUTE, PASSWORD, SAM, stampOf } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const signIn = (secret: string, change: { email?: string; password?: string; code?: string } = {}) =>
  signInStaff(
    bench.runtime,
    { email: SAM.email, password: PASSWORD, code: codeAt(secret, bench.clock.now()), ...change },
    HERE,
  );

const refusal = async (work: Promise<unknown>) =>
  work.then(
    () => 'no refusal',
    (error: Error) => `${error.name} ${error.message}`,
  );

async function setupOf(link: string) {
  const setup = await readSetup(bench.runtime, link);
  if (!setup) throw new Error('There is no setup.');
  return setup;
}

describe('a setup link', () => {
  it('shows the same secret each time, and sets password and second factor', async () => {
    const link = await grant(bench);
    const first = await setupOf(link);
    expect(first).toMatchObject({ name: SAM.name, email: SAM.email });
    expect(first.qr).toContain('<svg');
    expect((await setupOf(link)).secret).toBe(first.secret);

    const code = codeAt(first.secret, bench.clock.now());
    const token = await finishSetup(bench.runtime, { token: link, password: PASSWORD, code }, HERE);
    expect((await deskOf(bench, token))?.staff).toMatchObject({ ...SAM, visit: null });
    bench.clock.advance(MINUTE);
    expect(await deskOf(bench, await signIn(first.secret))).not.toBeNull();
  });

  it('works once', async () => {
    const link = await grant(bench);
    const { secret } = await setupOf(link);
    const input = { token: link, password: PASSWORD, code: codeAt(secret, bench.clock.now()) };
    await finishSetup(bench.runtime, input, HERE);
    expect(await readSetup(bench.runtime, link)).toBeNull();
    await expect(finishSetup(bench.runtime, input, HERE)).rejects.toThrow(NotFound);
  });

  it('works once when used twice at the same moment', async () => {
    const link = await grant(bench);
    const { secret } = await setupOf(link);
    const input = { token: link, password: PASSWORD, code: codeAt(secret, bench.clock.now()) };
    const both = await Promise.allSettled([1, 2].map(() => finishSetup(bench.runtime, input, HERE)));
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is over after 24 hours', async () => {
    const link = await grant(bench);
    const { secret } = await setupOf(link);
    bench.clock.advance(24 * HOUR - 1);
    expect(await readSetup(bench.runtime, link)).not.toBeNull();
    bench.clock.advance(1);
    expect(await readSetup(bench.runtime, link)).toBeNull();
    const input = { token: link, password: PASSWORD, code: codeAt(secret, bench.clock.now()) };
    await expect(finishSetup(bench.runtime, input, HERE)).rejects.toThrow(NotFound);
  });

  it('ends with a revocation and with a newer link', async () => {
    const first = await grant(bench);
    const second = await grant(bench);
    expect(await readSetup(bench.runtime, first)).toBeNull();
    expect(await readSetup(bench.runtime, second)).not.toBeNull();
    await revokeStaff(bench.database.owner, SAM.email, stampOf(bench));
    expect(await readSetup(bench.runtime, second)).toBeNull();
  });

  it('takes no wrong code and no password that is guessed first, and can be tried again', async () => {
    const link = await grant(bench);
    const { secret } = await setupOf(link);
    const code = codeAt(secret, bench.clock.now());
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    const tryIt = (change: { password?: string; code?: string }) =>
      finishSetup(bench.runtime, { token: link, password: PASSWORD, code, ...change }, HERE);
    await expect(tryIt({ code: wrong })).rejects.toThrow(Invalid);
    await expect(tryIt({ password: 'passwordpassword' })).rejects.toThrow(Invalid);
    expect(SetUpInput.safeParse({ token: link, password: 'elevenchars', code }).success).toBe(false);
    await expect(tryIt({})).resolves.toBeTypeOf('string');
  });

  it('is stored as a digest, and the secret encrypted', async () => {
    const link = await grant(bench);
    const { secret } = await setupOf(link);
    const { rows } = await bench.database.owner.query('select t::text as row from staff_account t');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain(link);
    expect(rows[0]?.row).not.toContain(secret);
  });
});

describe('a sign-in of staff', () => {
  it('takes a code once, also for two requests at the same moment', async () => {
    const { secret } = await hire(bench);
    bench.clock.advance(MINUTE);
    const both = await Promise.allSettled([signIn(secret), signIn(secret)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(signIn(secret)).rejects.toThrow(Unauthenticated);
    bench.clock.advance(30_000);
    await expect(signIn(secret)).resolves.toBeTypeOf('string');
  });

  it('takes no code of before the last', async () => {
    const { secret } = await hire(bench);
    const early = codeAt(secret, new Date(bench.clock.now().getTime() + 30_000));
    bench.clock.advance(MINUTE);
    await signIn(secret);
    await expect(signIn(secret, { code: early })).rejects.toThrow(Unauthenticated);
  });

  it('says the same whatever was wrong', async () => {
    const { secret } = await hire(bench);
    await grant(bench, KIM);
    bench.clock.advance(MINUTE);
    const answers = await Promise.all([
      refusal(signIn(secret, { password: 'some other phrase' })),
      refusal(signIn(secret, { code: '000000' })),
      refusal(signIn(secret, { email: 'nobody@operator.example' })),
      refusal(signIn(secret, { email: KIM.email })),
    ]);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/not right/);
  });

  it('does not use up the code of somebody whose password is wrong', async () => {
    const { secret } = await hire(bench);
    bench.clock.advance(MINUTE);
    await expect(signIn(secret, { password: 'some other phrase' })).rejects.toThrow(Unauthenticated);
    await expect(signIn(secret)).resolves.toBeTypeOf('string');
  });

  it('is throttled by the account, for codes too', async () => {
    const { secret } = await hire(bench);
    bench.clock.advance(MINUTE);
    const right = codeAt(secret, bench.clock.now());
    const wrong = String((Number(right) + 7) % 1_000_000).padStart(6, '0');
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(signIn(secret, { code: wrong })).rejects.toThrow(Unauthenticated);
    }
    await expect(signIn(secret)).rejects.toThrow(LimitReached);
    bench.clock.advance(16 * MINUTE);
    await expect(signIn(secret)).resolves.toBeTypeOf('string');
  });

  it('takes a code in two halves, and nothing else for one', () => {
    const parse = (code: unknown) =>
      StaffSignInInput.safeParse({ email: SAM.email, password: PASSWORD, code });
    expect(parse('123 456')).toMatchObject({ success: true, data: { code: '123456' } });
    for (const code of ['12345', '1234567', 'abcdef', '', 123456]) expect(parse(code).success).toBe(false);
  });

  it('lives 8 hours, and 30 minutes without a request', async () => {
    const { token } = await hire(bench);
    bench.clock.advance(29 * MINUTE);
    expect(await deskOf(bench, token)).not.toBeNull();
    bench.clock.advance(29 * MINUTE);
    expect(await deskOf(bench, token)).not.toBeNull();
    bench.clock.advance(31 * MINUTE);
    expect(await deskOf(bench, token)).toBeNull();

    const busy = (await hire(bench, KIM)).token;
    for (let step = 1; step < 24; step += 1) {
      bench.clock.advance(20 * MINUTE);
      expect(await deskOf(bench, busy)).not.toBeNull();
    }
    bench.clock.advance(20 * MINUTE);
    expect(await deskOf(bench, busy)).toBeNull();
  });

  it('ends by signing out, and leaves the other sessions', async () => {
    const { token, secret, desk } = await hire(bench);
    bench.clock.advance(MINUTE);
    const other = await signIn(secret);
    await signOutStaff(await desk());
    expect(await deskOf(bench, token)).toBeNull();
    expect(await deskOf(bench, other)).not.toBeNull();
  });

  it('stores the digest of its token', async () => {
    const { token } = await hire(bench);
    const { rows } = await bench.database.owner.query('select t::text as row from staff_session t');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain(token);
  });
});

describe('the list of staff', () => {
  it('is the command’s: the application can neither add to it nor change who stands on it', async () => {
    await grant(bench);
    const { pool } = bench.runtime.db;
    for (const statement of [
      `insert into staff_account (id, email, name, granted_at, granted_by) values (gen_random_uuid(), 'x', 'x', now(), 'x')`,
      `update staff_account set revoked_at = null`,
      `update staff_account set email = 'x'`,
      `update staff_account set id = gen_random_uuid()`,
      'delete from staff_account',
      'truncate staff_account',
    ]) {
      await expect(pool.query(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('names who, since when, by whom, with which second factor, and when last seen', async () => {
    const { token } = await hire(bench);
    const since = bench.clock.now();
    await grant(bench, KIM);
    bench.clock.advance(10 * MINUTE);
    await deskOf(bench, token);
    expect(await listStaff(bench.database.owner)).toMatchObject([
      { ...KIM, grantedAt: since, grantedBy: 'root', hasSecondFactor: false, lastSeenAt: null },
      { ...SAM, grantedAt: since, grantedBy: 'root', hasSecondFactor: true, lastSeenAt: bench.clock.now() },
    ]);
  });

  it('loses whoever is revoked, with their sessions', async () => {
    const { token, secret } = await hire(bench);
    bench.clock.advance(MINUTE);
    await revokeStaff(bench.database.owner, ` ${SAM.email.toUpperCase()} `, stampOf(bench));
    expect(await deskOf(bench, token)).toBeNull();
    expect(await listStaff(bench.database.owner)).toEqual([]);
    await expect(signIn(secret)).rejects.toThrow(Unauthenticated);
    await expect(revokeStaff(bench.database.owner, SAM.email, stampOf(bench))).rejects.toThrow(NotFound);
  });

  it('takes whoever comes back as somebody new', async () => {
    const { token, secret, desk } = await hire(bench);
    const before = (await desk()).staff.staffId;
    await expect(grant(bench)).rejects.toThrow(Conflict);
    await revokeStaff(bench.database.owner, SAM.email, stampOf(bench));
    bench.clock.advance(MINUTE);
    const again = await grant(bench);
    expect(await deskOf(bench, token)).toBeNull();
    await expect(signIn(secret)).rejects.toThrow(Unauthenticated);
    expect((await setupOf(again)).secret).not.toBe(secret);
    const [sam] = await listStaff(bench.database.owner);
    expect(sam?.id).not.toBe(before);
  });

  it('takes an address and a name', () => {
    expect(GrantInput.safeParse({ email: 'Sam@Operator.example ', name: 'Sam' })).toMatchObject({
      data: { email: 'sam@operator.example' },
    });
    for (const input of [
      { email: 'sam', name: 'Sam' },
      { email: SAM.email, name: ' ' },
      { email: SAM.email },
    ]) {
      expect(GrantInput.safeParse(input).success).toBe(false);
    }
  });
});
