import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSession } from '@/features/auth/sessions';
import { changeMapping, changeOptions } from '@/features/sso/change-options';
import type { OptionsInput } from '@/features/sso/schemas';
import { SsoRefused } from '@/features/sso/refused';
import { openSession } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  Browser,
  connected,
  connectionFacts,
  countOf,
  emailOf,
  ownDomain,
  setUp,
  signInBy,
  testLogin,
  trail,
  userOf,
  type Connected,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const options = async (made: Connected, change: Partial<OptionsInput>) => {
  const { name, isJitOn, allowIdpInitiated, wantEncrypted, wantSignedAssertion } =
    await connectionFacts(made);
  await changeOptions(made.ctx, {
    ...{ connectionId: made.id, name, isJitOn, allowIdpInitiated, wantEncrypted, wantSignedAssertion },
    defaultRole: 'viewer',
    groupRules: [],
    ...change,
  });
};

const roleIn = async (made: Connected, email: string) => {
  const { rows } = await bench.database.owner.query(
    `select m.role, m.origin from membership m join app_user u on u.id = m.user_id where m.workspace_id = $1 and u.email = $2`,
    [made.ctx.workspaceId, email],
  );
  return rows[0] as { role: string; origin: string } | undefined;
};

const reasons = async (made: Connected) =>
  (await trail(bench, made.ctx, 'sso.refused')).map((one) => one.detail['reason']);

describe('somebody whom nobody here knows', () => {
  it('becomes a member with the default role, and is signed in to this workspace', async () => {
    const made = await connected(bench);
    const { token, to, browser } = await signInBy(bench, made, { next: '/views?x=1' });
    expect(to).toBe('/views?x=1');
    const signedIn = await browser.current();
    expect(signedIn).toMatchObject({
      email: 'ada@acme.example',
      name: 'Ada Lovelace',
      isVerified: true,
      session: { method: 'saml' },
      workspace: { id: made.ctx.workspaceId, role: 'viewer', closed: null },
    });
    expect(await roleIn(made, 'ada@acme.example')).toEqual({ role: 'viewer', origin: 'saml' });
    expect(token).not.toBeNull();
    const joined = await trail(bench, made.ctx, 'member.joined');
    expect(joined).toMatchObject([{ actor_id: signedIn?.userId, after: { role: 'viewer', origin: 'saml' } }]);
    expect(await trail(bench, made.ctx, 'session.opened')).toMatchObject([
      { actor_kind: 'user', actor_id: signedIn?.userId, detail: { method: 'saml', connectionId: made.id } },
    ]);
  });

  it('has no password, and none opens the account', async () => {
    const made = await connected(bench);
    await signInBy(bench, made);
    expect(
      await countOf(
        bench,
        `select count(*) from app_user where email = 'ada@acme.example' and password_hash is null`,
      ),
    ).toBe(1);
  });

  it('is refused where the connection makes nobody a member, and no account is left', async () => {
    const made = await connected(bench);
    await options(made, { isJitOn: false });
    await expect(signInBy(bench, made)).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['not-a-member']);
    expect(await countOf(bench, `select count(*) from app_user where email = 'ada@acme.example'`)).toBe(0);
  });

  it('comes again as the same person', async () => {
    const made = await connected(bench);
    const first = await signInBy(bench, made);
    const second = await signInBy(bench, made, { email: 'ADA@Acme.Example' });
    expect((await second.browser.current())?.userId).toBe((await first.browser.current())?.userId);
    expect(await trail(bench, made.ctx, 'member.joined')).toHaveLength(1);
  });

  it('is out when the provider says the session ends', async () => {
    const made = await connected(bench);
    const { browser } = await signInBy(bench, made, { options: { sessionUntil: 3_600_000 } });
    bench.clock.advance(3_599_000);
    expect(await browser.current()).not.toBeNull();
    bench.clock.advance(2_000);
    expect(await browser.current()).toBeNull();
  });
});

describe('an address', () => {
  it('of a domain that the workspace has not verified is refused', async () => {
    const made = await connected(bench);
    await bench.newWorkspace('Evil');
    for (const email of ['ada@evil.example', 'ada@sub.acme.example', 'ada@acme.example.evil.example']) {
      await expect(signInBy(bench, made, { email })).rejects.toThrow(SsoRefused);
    }
    expect(await reasons(made)).toEqual(['foreign-domain', 'foreign-domain', 'foreign-domain']);
    expect(await countOf(bench, `select count(*) from auth_session where method = 'saml'`)).toBe(0);
  });

  it('of another workspace’s domain is refused, whoever has an account under it', async () => {
    const mine = await connected(bench);
    const other = await connected(bench, await bench.newWorkspace('Other'), 'other.example');
    await signInBy(bench, other, { email: 'eve@other.example' });
    await expect(signInBy(bench, mine, { email: 'eve@other.example' })).rejects.toThrow(SsoRefused);
    expect(await reasons(mine)).toEqual(['foreign-domain']);
  });

  it('is read from the mapped attribute and from nothing else', async () => {
    const made = await connected(bench);
    await changeMapping(made.ctx, { connectionId: made.id, email: 'corp', name: 'who', groups: null });
    const attributes = { corp: ['Bob@acme.example'], email: ['ada@acme.example'], who: ['  Bob   B. '] };
    const passed = await testLogin(bench, made, { attributes });
    expect(passed.token).not.toBeNull();
    expect((await connectionFacts(made)).lastTest).toMatchObject({
      email: 'bob@acme.example',
      name: 'Bob B.',
    });
    await testLogin(bench, made, { attributes: { email: ['ada@acme.example'] } });
    expect((await connectionFacts(made)).lastTest).toMatchObject({
      isPassed: false,
      reason: 'no-email',
      email: null,
    });
  });

  it('is found under the names that providers use, and in the NameID', async () => {
    const made = await connected(bench);
    const entra = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
    for (const attributes of [
      {
        [`${entra}/emailaddress`]: ['ada@acme.example'],
        [`${entra}/givenname`]: ['Ada'],
        [`${entra}/surname`]: ['King'],
      },
      { 'urn:oid:0.9.2342.19200300.100.1.3': ['ada@acme.example'], firstName: ['Ada'], lastName: ['King'] },
      { givenName: ['Ada'], sn: ['King'] },
    ]) {
      await testLogin(bench, made, { attributes });
      expect((await connectionFacts(made)).lastTest).toMatchObject({
        email: 'ada@acme.example',
        name: 'Ada King',
      });
    }
  });

  it('that is two addresses is nobody’s', async () => {
    const made = await connected(bench);
    const attributes = { email: ['ada@acme.example', 'owner@acme.example'] };
    await expect(signInBy(bench, made, { attributes })).rejects.toThrow(SsoRefused);
    await expect(signInBy(bench, made, { attributes: { email: ['not an address'] } })).rejects.toThrow(
      SsoRefused,
    );
    expect(await reasons(made)).toEqual(['several-emails', 'no-email']);
  });
});

describe('an account that was there', () => {
  it('keeps what it had where its address was verified', async () => {
    const made = await connected(bench);
    const member = await bench.ctxAs(made.ctx, 'editor');
    const email = await emailOf(bench, member);
    await bench.database.owner.query('update app_user set email_verified_at = now() where email = $1', [
      email,
    ]);
    const token = await openSession(bench.runtime, userOf(member));
    const { browser } = await signInBy(bench, made, { email });
    expect((await browser.current())?.userId).toBe(userOf(member));
    expect(await roleIn(made, email)).toMatchObject({ role: 'editor' });
    expect(await readSession(bench.runtime, token)).not.toBeNull();
    expect(
      await countOf(bench, 'select count(*) from app_user where email = $1 and password_hash is not null', [
        email,
      ]),
    ).toBe(1);
  });

  it('loses every way in that was made before its address was proven', async () => {
    const made = await connected(bench);
    const { owner } = bench.database;
    const { rows } = await owner.query(
      `insert into app_user (id, email, name, password_hash, totp_secret, totp_confirmed_at)
       values (gen_random_uuid(), 'ada@acme.example', 'Mallory', 'hash', 'secret', now()) returning id`,
    );
    const userId = rows[0].id as string;
    const token = await openSession(bench.runtime, userId);
    await owner.query(
      `insert into passkey (id, user_id, public_key, is_backed_up, name) values ('p', $1, '\\x00', false, 'p')`,
      [userId],
    );
    await owner.query(`insert into recovery_code (user_id, digest) values ($1, 'd')`, [userId]);
    await owner.query(
      `insert into user_token (digest, user_id, purpose, expires_at) values ('l', $1, 'change-email', now() + interval '9 years')`,
      [userId],
    );
    const { browser } = await signInBy(bench, made);
    expect(await browser.current()).toMatchObject({ userId, isVerified: true });
    expect(await readSession(bench.runtime, token)).toBeNull();
    for (const table of ['passkey', 'recovery_code', 'user_token']) {
      expect(await countOf(bench, `select count(*) from ${table} where user_id = $1`, [userId]), table).toBe(
        0,
      );
    }
    expect(
      await countOf(
        bench,
        'select count(*) from app_user where id = $1 and (password_hash is not null or totp_secret is not null)',
        [userId],
      ),
    ).toBe(0);
    expect(await trail(bench, made.ctx, 'session.opened')).toMatchObject([
      { detail: { earlierCredentials: 'removed' } },
    ]);
  });

  it('that was deactivated here stays out', async () => {
    const made = await connected(bench);
    await signInBy(bench, made);
    await bench.database.owner.query(
      `update membership set deactivated_at = now() where user_id = (select id from app_user where email = 'ada@acme.example')`,
    );
    await expect(signInBy(bench, made)).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['deactivated']);
  });

  it('sees by it no other workspace that it belongs to', async () => {
    const made = await connected(bench);
    const elsewhere = await bench.newWorkspace('Elsewhere');
    const { browser } = await signInBy(bench, made);
    const ada = await browser.current();
    await bench.database.owner.query(
      `insert into membership (workspace_id, user_id, role) values ($1, $2, 'owner')`,
      [elsewhere.workspaceId, ada?.userId],
    );
    const again = await browser.current();
    expect(again?.workspaces.map((one) => one.id)).toEqual([made.ctx.workspaceId]);
  });
});

describe('a role', () => {
  const groupRules = [
    { group: 'Finance', role: 'editor' as const },
    { group: 'Cloud admins', role: 'admin' as const },
  ];
  const withGroups = (...groups: string[]) => ({
    attributes: { email: ['ada@acme.example'], ...(groups.length > 0 ? { groups } : {}) },
  });

  it('follows the groups at each sign-in, up and down', async () => {
    const made = await connected(bench);
    await options(made, { groupRules });
    await signInBy(bench, made, withGroups('Finance', 'Everyone'));
    expect(await roleIn(made, 'ada@acme.example')).toMatchObject({ role: 'editor' });
    await signInBy(bench, made, withGroups('finance', 'cloud ADMINS'));
    expect(await roleIn(made, 'ada@acme.example')).toMatchObject({ role: 'admin' });
    await signInBy(bench, made, withGroups());
    expect(await roleIn(made, 'ada@acme.example')).toMatchObject({ role: 'viewer' });
    expect(
      (await trail(bench, made.ctx, 'member.role-changed')).map((one) => [one.before, one.after]),
    ).toEqual([
      [{ role: 'editor' }, { role: 'admin' }],
      [{ role: 'admin' }, { role: 'viewer' }],
    ]);
  });

  it('that a person gave stays where no rule speaks of groups', async () => {
    const made = await connected(bench);
    await signInBy(bench, made);
    await bench.database.owner.query(
      `update membership set role = 'admin' where user_id = (select id from app_user where email = 'ada@acme.example')`,
    );
    await signInBy(bench, made, withGroups('Finance'));
    expect(await roleIn(made, 'ada@acme.example')).toMatchObject({ role: 'admin' });
  });

  it('of the last owner stays, and of another owner does not', async () => {
    const made = await connected(bench);
    await options(made, { groupRules });
    const email = await emailOf(bench, made.ctx);
    const attributes = { email: [email], groups: ['Finance'] };
    await signInBy(bench, made, { email, attributes });
    expect(await roleIn(made, email)).toMatchObject({ role: 'owner' });
    await bench.ctxAs(made.ctx, 'owner');
    await signInBy(bench, made, { email, attributes });
    expect(await roleIn(made, email)).toMatchObject({ role: 'editor' });
  });

  it('never lifts a limit to some accounts', async () => {
    const made = await connected(bench);
    await options(made, { groupRules });
    await signInBy(bench, made, withGroups('Finance'));
    await bench.database.owner.query(
      `update membership set all_accounts = false, role = 'viewer' where user_id = (select id from app_user where email = 'ada@acme.example')`,
    );
    const { browser } = await signInBy(bench, made, withGroups('Cloud admins'));
    expect(await browser.current()).toMatchObject({ workspace: { role: 'editor', accounts: [] } });
  });
});

describe('a connection that is off', () => {
  it('signs nobody in, whatever it had tested', async () => {
    const ctx = await bench.newWorkspace();
    const made = await setUp(bench, ctx);
    await ownDomain(ctx);
    await testLogin(bench, made);
    await expect(signInBy(bench, made, { browser: new Browser(bench) })).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['not-active']);
  });
});
