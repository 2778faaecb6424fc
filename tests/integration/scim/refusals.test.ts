import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Forbidden, NotFound, PreconditionFailed, StepUpNeeded } from '@/errors';
import { createUser } from '@/features/scim/create-user';
import { readProvisioning } from '@/features/scim/read-provisioning';
import { createScimToken, endScimToken } from '@/features/scim/scim-tokens';
import { createToken } from '@/features/tokens/create-token';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { connectIdp, identityProvider, newUser, patchOf, type Call } from './identity-provider';

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

const events = async (action: string) =>
  (
    await bench.database.owner.query(
      'select actor_kind, actor_id, subject_id, before, after, detail, address from audit_event where workspace_id = $1 and action = $2 order by seq',
      [ctx.workspaceId, action],
    )
  ).rows as Record<string, unknown>[];

const newToken = { name: 'Entra ID', expiry: '365', ranges: [] };

describe('the door', () => {
  it('is closed without a token of this kind, in the form of SCIM', async () => {
    const personal = await createToken(ctx, {
      ...{ kind: 'personal', name: 'Mine', scopes: ['cost:read'], expiry: '90', ranges: [] },
    });
    for (const token of ['', 'nonsense', personal.text, personal.text.replace('_pat_', '_scim_')]) {
      const answer = await identityProvider(ctx, token)('GET', '/Users');
      expect(answer).toMatchObject({
        ...{ status: 401 },
        body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' },
      });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('does not open the API, and the verbs do not open to people', async () => {
    await expect(createUser(ctx, newUser('ada@acme.example'))).rejects.toThrow(Forbidden);
    const { text } = await createScimToken(ctx, newToken);
    const { authenticateToken } = await import('@/features/tokens/authenticate-token');
    await expect(
      authenticateToken(ctx, { text, address: '203.0.113.1', kinds: ['personal', 'service'] }),
    ).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('shows nothing of another workspace', async () => {
    const { id } = (await idp('POST', '/Users', newUser('ada@acme.example'))).body;
    const group = (await idp('POST', '/Groups', { displayName: 'Ours', members: [{ value: id }] })).body.id;
    const other = await bench.newWorkspace('Other');
    const stranger = await connectIdp(other, 'other.example');
    for (const [method, path, body] of [
      ['GET', `/Users/${id}`],
      ['PUT', `/Users/${id}`, newUser('ada@other.example')],
      ['PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: false })],
      ['DELETE', `/Users/${id}`],
      ['GET', `/Groups/${group}`],
      ['PUT', `/Groups/${group}`, { displayName: 'Theirs' }],
      ['PATCH', `/Groups/${group}`, patchOf({ op: 'remove', path: 'members' })],
      ['DELETE', `/Groups/${group}`],
    ] as const) {
      expect((await stranger(method, path, body)).status, `${method} ${path}`).toBe(404);
    }
    expect((await stranger('GET', '/Groups')).body).toMatchObject({ totalResults: 0 });
    expect((await stranger('GET', '/Users')).body).toMatchObject({ totalResults: 0 });
    const theirs = await stranger('POST', '/Groups', { displayName: 'Ours', members: [{ value: id }] });
    expect(theirs).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect((await idp('GET', `/Groups/${group}`)).body).toMatchObject({ members: [{ value: id }] });
  });

  it('takes 25 requests a second for a minute from one address, and says when it is too much', async () => {
    bench.clock.set('2027-03-18T12:00:00Z');
    await idp('GET', '/ServiceProviderConfig');
    await bench.database.owner.query('update rate_count set requests = 25 * 60 - 1 where requests = 1');
    expect((await idp('GET', '/ServiceProviderConfig')).status).toBe(200);
    await bench.database.owner.query('update rate_count set requests = 1800');
    bench.clock.set('2027-03-18T12:00:20Z');
    const answer = await idp('GET', '/ServiceProviderConfig');
    expect(answer).toMatchObject({ status: 429, body: { status: '429' } });
    expect(answer.headers.get('retry-after')).toBe('40');
    bench.clock.set('2027-03-18T12:01:00Z');
    expect((await idp('GET', '/ServiceProviderConfig')).status).toBe(200);
  });
});

describe('what is not understood', () => {
  it('is refused with the type that says why', async () => {
    const { id } = (await idp('POST', '/Users', newUser('ada@acme.example'))).body;
    const cases: [string, string, unknown, number, string | undefined][] = [
      ['POST', '/Users', '{"userName": ', 400, 'invalidSyntax'],
      ['POST', '/Users', '[]', 400, 'invalidSyntax'],
      ['POST', '/Users', {}, 400, 'invalidValue'],
      ['POST', '/Users', newUser('no address'), 400, 'invalidValue'],
      ['POST', '/Users', newUser('b@acme.example', { active: 'maybe' }), 400, 'invalidValue'],
      ['POST', '/Users', newUser('b@acme.example', { displayName: 'a\u0000b' }), 400, 'invalidValue'],
      ['POST', '/Users', newUser('b@acme.example', { displayName: 'x'.repeat(300) }), 400, 'invalidValue'],
      ['POST', '/Groups', {}, 400, 'invalidValue'],
      ['POST', '/Groups', { displayName: 'G', members: [{ value: 'nobody' }] }, 400, 'invalidValue'],
      ['PATCH', `/Users/${id}`, {}, 400, 'invalidSyntax'],
      ['PATCH', `/Users/${id}`, patchOf({ op: 'destroy', path: 'active' }), 400, 'invalidSyntax'],
      ['PATCH', `/Users/${id}`, patchOf({ op: 'remove' }), 400, 'noTarget'],
      ['PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'a..b', value: 1 }), 400, 'invalidPath'],
      ['PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active' }), 400, 'invalidSyntax'],
      ['PATCH', `/Users/${id}`, patchOf({ op: 'remove', path: 'userName' }), 400, 'invalidValue'],
      ['GET', '/Users?count=many', undefined, 400, 'invalidValue'],
      ['POST', `/Users/${id}`, newUser('ada@acme.example'), 405, undefined],
      ['DELETE', '/Users', undefined, 405, undefined],
      ['GET', '/Users/not-an-id', undefined, 404, undefined],
    ];
    for (const [method, path, body, status, scimType] of cases) {
      const answer = await idp(method, path, body);
      expect([answer.status, answer.body['scimType']], `${method} ${path} ${JSON.stringify(body)}`).toEqual([
        status,
        scimType,
      ]);
      expect(answer.body['detail']).toEqual(expect.any(String));
    }
    expect((await idp('POST', '/Users', 'a=b', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await idp('POST', '/Users', JSON.stringify({ userName: 'x'.repeat(1_100_000) }))).status).toBe(
      413,
    );
  });

  it('pollutes nothing by its names', async () => {
    const { id } = (await idp('POST', '/Users', newUser('ada@acme.example'))).body;
    const body = `{"Operations":[{"op":"replace","value":{"__proto__":{"admin":true},"__proto__.admin":true,"constructor.prototype":1}}]}`;
    await idp('PATCH', `/Users/${id}`, body);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });
});

describe('provisioning tokens', () => {
  it('are two at most, for rotation, and made by an owner who proved who they are', async () => {
    const { id } = await createScimToken(ctx, newToken);
    await expect(createScimToken(ctx, newToken)).rejects.toThrow(PreconditionFailed);
    const admin = await bench.ctxAs(ctx, 'admin');
    await expect(createScimToken(admin, newToken)).rejects.toThrow(Forbidden);
    await expect(endScimToken(admin, { tokenId: id })).rejects.toThrow(Forbidden);
    const stale = {
      ...ctx,
      actor: { ...ctx.actor, session: { id: 's', method: 'password' as const, steppedUpAt: null } },
    } as Ctx;
    await expect(createScimToken(stale, newToken)).rejects.toThrow(StepUpNeeded);
    await expect(endScimToken(stale, { tokenId: id })).rejects.toThrow(StepUpNeeded);
    await expect(endScimToken(await bench.newWorkspace('Other'), { tokenId: id })).rejects.toThrow(NotFound);

    await endScimToken(ctx, { tokenId: id });
    await expect(endScimToken(ctx, { tokenId: id })).rejects.toThrow(NotFound);
    expect(await events('token.ended')).toMatchObject([
      { actor_kind: 'user', subject_id: id, before: { kind: 'scim', name: 'Entra ID' } },
    ]);
  });

  it('show in Settings with what came through them', async () => {
    await idp('POST', '/Users', newUser('ada@acme.example'));
    await idp('POST', '/Groups', { displayName: 'FinOps' });
    const shown = await readProvisioning(await bench.ctxAs(ctx, 'admin'));
    expect(shown).toMatchObject({
      ...{ baseUrl: 'http://127.0.0.1:3000/scim/v2', domains: ['acme.example'], lastSyncAt: ctx.now() },
      ...{ people: { active: 1, deactivated: 0 }, groups: [{ name: 'FinOps', members: 0, role: null }] },
      tokens: [{ name: 'Okta', lastUsedAddress: '198.51.100.4' }],
    });
    await expect(readProvisioning(await bench.ctxAs(ctx, 'viewer'))).rejects.toThrow(Forbidden);
  });
});

it('everything is audited: who, whom, what before and after', async () => {
  const created = await idp('POST', '/Users', newUser('ada@acme.example', { externalId: 'e1' }));
  const { id } = created.body;
  await idp('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'displayName', value: 'Ada' }));
  await idp('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'displayName', value: 'Ada' }));
  await idp('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: 'False' }));
  const group = (await idp('POST', '/Groups', { displayName: 'G', members: [{ value: id }] })).body.id;
  await idp('PATCH', `/Groups/${group}`, patchOf({ op: 'remove', path: `members[value eq "${id}"]` }));
  await idp('DELETE', `/Groups/${group}`);
  await idp('DELETE', `/Users/${id}`);

  const [token] = (
    await bench.database.owner.query<{ id: string }>(`select id from api_token where kind = 'scim'`)
  ).rows;
  const by = { actor_kind: 'token', actor_id: token?.id, address: '198.51.100.4' };
  const ada = { userName: 'ada@acme.example', externalId: 'e1', role: 'viewer' };
  expect(await events('scim.user-created')).toMatchObject([
    { ...by, subject_id: id, after: { ...ada, active: true } },
  ]);
  expect(await events('scim.user-changed')).toMatchObject([
    { ...by, before: { name: 'ada' }, after: { name: 'Ada' } },
  ]);
  expect(await events('scim.user-deactivated')).toMatchObject([
    { ...by, before: { active: true }, after: { active: false } },
  ]);
  expect(await events('scim.user-deleted')).toMatchObject([{ ...by, subject_id: id, before: ada }]);
  expect(await events('scim.group-created')).toMatchObject([
    { ...by, after: { displayName: 'G', members: 1 } },
  ]);
  expect(await events('scim.group-changed')).toMatchObject([
    { ...by, before: { members: 1 }, after: { members: 0 }, detail: { removed: [id] } },
  ]);
  expect(await events('scim.group-deleted')).toMatchObject([{ ...by, before: { displayName: 'G' } }]);
});
