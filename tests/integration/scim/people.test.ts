import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction, type Ctx } from '@/context';
import { readSession } from '@/features/auth/sessions';
import { authenticateToken } from '@/features/tokens/authenticate-token';
import { createToken } from '@/features/tokens/create-token';
import { openSession } from '../../support/open-session';
import { actorOf, createWorkbench, type Workbench } from '../../support/workbench';
import { connectIdp, mapRoles, newUser, patchOf, type Call } from './identity-provider';

let bench: Workbench;
let ctx: Ctx;
let idp: Call;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
  idp = await connectIdp(ctx);
});

const off = patchOf({ op: 'replace', path: 'active', value: false });
const on = patchOf({ op: 'replace', path: 'active', value: true });

async function one<T>(sql: string, ...values: unknown[]): Promise<T | undefined> {
  return (await bench.database.owner.query(sql, values)).rows[0] as T | undefined;
}

const account = (email: string) =>
  one<{
    id: string;
    name: string;
    password_hash: string | null;
    totp_secret: string | null;
    email_verified_at: Date | null;
  }>('select * from app_user where email = $1', email);

async function makeAccount(email: string, verifiedAt: Date | null): Promise<string> {
  const id = randomUUID();
  await bench.database.owner.query(
    `insert into app_user (id, email, name, password_hash, email_verified_at, totp_secret, totp_confirmed_at)
     values ($1, $2, 'Their own name', 'hash', $3, 'secret', $4)`,
    [id, email, verifiedAt, ctx.now()],
  );
  return id;
}

const ownerId = (of: Ctx) => (of.actor.kind === 'user' ? of.actor.userId : '');

/** The owner of the workspace under an address of its domain, as the identity provider sees them. */
async function ownerInDomain(): Promise<string> {
  await bench.database.owner.query("update app_user set email = 'owner@acme.example' where id = $1", [
    ownerId(ctx),
  ]);
  return ownerId(ctx);
}

describe('a person whom the identity provider creates', () => {
  it('has an account without a password, a proven address and the default role', async () => {
    await mapRoles(ctx, [], 'editor');
    const { body } = await idp('POST', '/Users', newUser('ada@acme.example', { displayName: 'Ada' }));
    expect(await account('ada@acme.example')).toMatchObject({
      ...{ id: body.id, name: 'Ada', password_hash: null },
      email_verified_at: ctx.now(),
    });
    expect(
      await one('select role, origin, deactivated_at from membership where user_id = $1', body.id),
    ).toEqual({
      ...{ role: 'editor', origin: 'scim', deactivated_at: null },
    });
  });

  it('is refused where the workspace has not proven the domain, also by one that another has proven', async () => {
    const other = await bench.newWorkspace('Other');
    await connectIdp(other, 'other.example');
    for (const email of ['ada@nobody.example', 'ada@other.example', 'ada@acme.example.evil.example']) {
      const answer = await idp('POST', '/Users', newUser(email));
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
      expect(answer.body.detail).toContain('not verified the domain');
      expect(await account(email)).toBeUndefined();
    }
  });

  it('is one person when two requests create them at once', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => idp('POST', '/Users', newUser('ada@acme.example'))),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409, 409]);
    expect(answers.find((answer) => answer.status === 409)?.body['scimType']).toBe('uniqueness');
  });

  it('keeps account, name and password where the account was proven and is in another workspace', async () => {
    const id = await makeAccount('ada@acme.example', bench.clock.now());
    const other = await bench.newWorkspace('Other');
    await withTransaction(other, (tx) =>
      tx.membership.create({ data: { workspaceId: other.workspaceId, userId: id, role: 'editor' } }),
    );
    const created = await idp('POST', '/Users', newUser('ada@acme.example', { displayName: 'Renamed' }));
    expect(created).toMatchObject({ status: 201, body: { id, displayName: 'Renamed' } });
    await idp('PATCH', `/Users/${id}`, patchOf({ op: 'replace', value: { displayName: 'Renamed again' } }));
    expect(await account('ada@acme.example')).toMatchObject({
      ...{ name: 'Their own name', password_hash: 'hash', totp_secret: 'secret' },
    });
    const moved = await idp(
      'PATCH',
      `/Users/${id}`,
      patchOf({ op: 'replace', path: 'userName', value: 'grace@acme.example' }),
    );
    expect(moved).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
    // Somebody who is switched off over there belongs there all the same.
    await bench.database.owner.query(
      'update membership set deactivated_at = now() where workspace_id = $1 and user_id = $2',
      [other.workspaceId, id],
    );
    const again = await idp(
      'PATCH',
      `/Users/${id}`,
      patchOf({ op: 'replace', path: 'userName', value: 'grace@acme.example' }),
    );
    expect(again.status).toBe(400);
    expect(await account('ada@acme.example')).toMatchObject({ id, name: 'Their own name' });
  });

  it('takes over an account that somebody set up with an address they never proved', async () => {
    const id = await makeAccount('ada@acme.example', null);
    const sessionToken = await openSession(ctx, id);
    await bench.database.owner.query(
      `insert into passkey (id, user_id, public_key, is_backed_up, name) values ('k', $1, 'x', false, 'Evil')`,
      [id],
    );
    await bench.database.owner.query(`insert into recovery_code (user_id, digest) values ($1, 'x')`, [id]);
    const evil = await bench.newWorkspace('Evil');
    await withTransaction(evil, (tx) =>
      tx.membership.create({ data: { workspaceId: evil.workspaceId, userId: id, role: 'owner' } }),
    );
    const created = await idp('POST', '/Users', newUser('ada@acme.example', { displayName: 'Ada' }));
    expect(created).toMatchObject({ status: 201, body: { id } });
    expect(await account('ada@acme.example')).toMatchObject({
      ...{ name: 'Ada', password_hash: null, totp_secret: null },
      email_verified_at: ctx.now(),
    });
    expect(await readSession(ctx, sessionToken)).toBeNull();
    for (const table of ['passkey', 'recovery_code', 'auth_session']) {
      expect(await one(`select 1 from ${table} where user_id = $1`, id), table).toBeUndefined();
    }
  });

  it('moves to another address of the domain, and to no other', async () => {
    const { id } = (await idp('POST', '/Users', newUser('ada@acme.example'))).body;
    await idp('POST', '/Users', newUser('bob@acme.example'));
    const rename = (value: string) =>
      idp('PATCH', `/Users/${id}`, patchOf({ op: 'replace', value: { userName: value } }));
    expect(await rename('Countess@acme.example')).toMatchObject({
      ...{ status: 200, body: { userName: 'countess@acme.example' } },
    });
    expect(await rename('ada@nobody.example')).toMatchObject({
      ...{ status: 400, body: { scimType: 'invalidValue' } },
    });
    expect(await rename('BOB@acme.example')).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    expect((await idp('GET', `/Users/${id}`)).body['userName']).toBe('countess@acme.example');
  });
});

describe('a person whom the identity provider deactivates', () => {
  it('loses sessions and personal tokens at once, and nothing of other workspaces', async () => {
    const { id } = (await idp('POST', '/Users', newUser('ada@acme.example'))).body;
    const other = await bench.newWorkspace('Other');
    await withTransaction(other, (tx) =>
      tx.membership.create({ data: { workspaceId: other.workspaceId, userId: id, role: 'viewer' } }),
    );
    const make = (of: Ctx) =>
      createToken(
        { ...of, actor: actorOf(id, 'viewer') },
        { kind: 'personal', name: 'Mine', scopes: ['cost:read'], expiry: '90', ranges: [] },
      );
    const [here, there] = [await make(ctx), await make(other)];
    const use = (text: string) =>
      authenticateToken(ctx, { text, address: '203.0.113.1', kinds: ['personal', 'service'] });
    const inHere = await openSession(ctx, id);
    const inThere = await openSession(ctx, id);
    await bench.database.owner.query(
      `update auth_session set workspace_id = case when token_hash = encode(sha256($1), 'hex') then $2::uuid else $3::uuid end`,
      [inHere, ctx.workspaceId, other.workspaceId],
    );
    await use(here.text);
    expect((await readSession(ctx, inHere))?.workspace?.id).toBe(ctx.workspaceId);

    expect((await idp('PATCH', `/Users/${id}`, off)).status).toBe(200);
    await expect(use(here.text)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await readSession(ctx, inHere)).toBeNull();
    expect((await use(there.text)).workspaceId).toBe(other.workspaceId);
    expect((await readSession(ctx, inThere))?.workspaces.map((one) => one.id)).toEqual([other.workspaceId]);

    await idp('PATCH', `/Users/${id}`, on);
    expect((await use(here.text)).workspaceId).toBe(ctx.workspaceId);
    expect(await readSession(ctx, inHere)).toBeNull();
    await idp('DELETE', `/Users/${id}`);
    await expect(use(here.text)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(
      await one('select 1 from api_token where user_id = $1 and workspace_id = $2', id, ctx.workspaceId),
    ).toBeUndefined();
    expect(await account('ada@acme.example')).toMatchObject({ id });
  });

  it('is forgotten when deleted, where the account was made for this workspace', async () => {
    const { id } = (await idp('POST', '/Users', newUser('ada@acme.example'))).body;
    expect((await idp('DELETE', `/Users/${id}`)).status).toBe(204);
    expect(await account('ada@acme.example')).toBeUndefined();
    expect((await idp('POST', '/Users', newUser('ada@acme.example'))).status).toBe(201);
  });

  it('is not the last owner', async () => {
    const id = await ownerInDomain();
    const found = await idp('GET', '/Users?filter=userName%20eq%20%22owner@acme.example%22');
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    for (const answer of [await idp('PATCH', `/Users/${id}`, off), await idp('DELETE', `/Users/${id}`)]) {
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
      expect(answer.body.detail).toContain('last one');
    }
    await bench.ctxAs(ctx, 'owner');
    expect((await idp('PATCH', `/Users/${id}`, off)).body['active']).toBe(false);
  });

  it('is never a guest of a domain that the workspace does not own', async () => {
    const guest = await makeAccount('guest@elsewhere.example', bench.clock.now());
    await withTransaction(ctx, (tx) =>
      tx.membership.create({ data: { workspaceId: ctx.workspaceId, userId: guest, role: 'viewer' } }),
    );
    expect((await idp('GET', `/Users/${guest}`)).status).toBe(404);
    expect((await idp('PATCH', `/Users/${guest}`, off)).status).toBe(404);
    expect((await idp('DELETE', `/Users/${guest}`)).status).toBe(404);
  });
});

describe('roles by groups', () => {
  it('are the highest that any group gives', async () => {
    await mapRoles(ctx, [
      { group: 'All', role: 'viewer' },
      { group: 'Admins', role: 'admin' },
    ]);
    const { id } = (await idp('POST', '/Users', newUser('ada@acme.example'))).body;
    const role = async () =>
      (await one<{ role: string }>('select role from membership where user_id = $1', id))?.role;
    const group = async (displayName: string) =>
      (await idp('POST', '/Groups', { displayName, members: [{ value: id }] })).body.id;
    await group('Unmapped');
    expect(await role()).toBe('viewer');
    const admins = await group('admins');
    await group('All');
    expect(await role()).toBe('admin');
    await idp('DELETE', `/Groups/${admins}`);
    expect(await role()).toBe('viewer');
    const { rows } = await bench.database.owner.query(
      "select actor_kind, before, after from audit_event where action = 'member.role-changed' and subject_id = $1 order by seq",
      [id],
    );
    expect(rows).toEqual([
      { actor_kind: 'token', before: { role: 'viewer' }, after: { role: 'admin' } },
      { actor_kind: 'token', before: { role: 'admin' }, after: { role: 'viewer' } },
    ]);
  });

  it('leave somebody as they are whose groups say nothing', async () => {
    await mapRoles(ctx, [{ group: 'Admins', role: 'admin' }]);
    const owner = await ownerInDomain();
    await bench.ctxAs(ctx, 'owner');
    await idp('POST', '/Groups', { displayName: 'Everyone', members: [{ value: owner }] });
    expect(await one('select role from membership where user_id = $1', owner)).toEqual({ role: 'owner' });
  });

  it('hand ownership over, and never take the last owner away', async () => {
    await mapRoles(ctx, [
      { group: 'Owners', role: 'owner' },
      { group: 'Staff', role: 'viewer' },
    ]);
    const owner = await ownerInDomain();
    const roleOf = async (id: string) =>
      (await one<{ role: string }>('select role from membership where user_id = $1', id))?.role;
    const staff = await idp('POST', '/Groups', { displayName: 'Staff', members: [{ value: owner }] });
    expect(staff.status).toBe(201);
    expect(await roleOf(owner)).toBe('owner');
    const ada = (await idp('POST', '/Users', newUser('ada@acme.example'))).body.id;
    const owners = await idp('POST', '/Groups', { displayName: 'Owners', members: [{ value: ada }] });
    expect(await roleOf(ada)).toBe('owner');
    const swap = patchOf(
      { op: 'remove', path: `members[value eq "${ada}"]` },
      { op: 'add', path: 'members', value: [{ value: owner }] },
    );
    await idp('PATCH', `/Groups/${owners.body.id}`, swap);
    expect([await roleOf(owner), await roleOf(ada)]).toEqual(['owner', 'viewer']);
  });
});
