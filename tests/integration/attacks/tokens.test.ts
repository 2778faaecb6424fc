import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isSameAccess, type Ctx } from '@/context';
import { Forbidden, Unauthenticated } from '@/errors';
import { createScimToken } from '@/features/scim/scim-tokens';
import { authenticateToken, isTokenAlive } from '@/features/tokens/authenticate-token';
import { createToken } from '@/features/tokens/create-token';
import { CreateTokenInput } from '@/features/tokens/schemas';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { held } from '../auth/support';
import { userOf } from '../people/support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
});

const make = (of: Ctx, more: Record<string, unknown> = {}) =>
  createToken(of, CreateTokenInput.parse({ kind: 'personal', name: 'N', scopes: ['cost:read'], ...more }));
const presented = (text: string) =>
  ({ text, address: '203.0.113.9', kinds: ['personal', 'service'] }) as const;
const use = (text: string) => authenticateToken(bench.runtime, presented(text));
const sql = (statement: string, values: unknown[] = []) => bench.database.owner.query(statement, values);

async function reasons(): Promise<string[]> {
  const { rows } = await sql(
    "select detail->>'reason' as reason from audit_event where action = 'token.refused' order by seq",
  );
  return rows.map((row: { reason: string }) => row.reason);
}

const turnSsoOn = () =>
  sql(
    `insert into sso_connection (workspace_id, id, name, status, activated_at, created_at, updated_at)
     values ($1, gen_random_uuid(), 'Okta', 'active', now(), now(), now())`,
    [ctx.workspaceId],
  );

describe('a personal token whose person nothing lets in any more', () => {
  it('rests while a second factor is asked for that they do not have', async () => {
    const { text } = await make(await bench.ctxAs(ctx, 'editor'));
    const service = await make(ctx, { kind: 'service', role: 'viewer' });
    await sql('update workspace set require_second_factor = true');
    await expect(use(text)).rejects.toThrow(Unauthenticated);
    expect(await isTokenAlive(bench.runtime, presented(text))).toBe(false);
    expect(await reasons()).toEqual(['shut-out']);
    expect((await use(service.text)).workspaceId).toBe(ctx.workspaceId);
    await sql(`update app_user set totp_confirmed_at = now() where email like 'editor-%'`);
    expect((await use(text)).workspaceId).toBe(ctx.workspaceId);
    await sql('update app_user set totp_confirmed_at = null');
    await sql(
      `insert into passkey (id, user_id, public_key, transports, is_backed_up, name)
       select 'one', id, '\\x00', '{}', false, 'Laptop' from app_user where email like 'editor-%'`,
    );
    expect((await use(text)).workspaceId).toBe(ctx.workspaceId);
  });

  it('goes on where single sign-on lets them in, which asks for factors of its own', async () => {
    const { text } = await make(await bench.ctxAs(ctx, 'editor'));
    await turnSsoOn();
    await sql('update workspace set require_second_factor = true');
    expect((await use(text)).workspaceId).toBe(ctx.workspaceId);
  });

  it('rests while single sign-on is required and their address is of no domain of the workspace', async () => {
    const { text } = await make(await bench.ctxAs(ctx, 'editor'));
    const ofOwner = await make(ctx);
    await turnSsoOn();
    await sql('update workspace set enforce_sso = true');
    await expect(use(text)).rejects.toThrow(Unauthenticated);
    // An owner has the recovery codes.
    expect((await use(ofOwner.text)).workspaceId).toBe(ctx.workspaceId);
    await sql('insert into domain_claim (domain, workspace_id, verified_at) values ($1, $2, now())', [
      'acme.example',
      ctx.workspaceId,
    ]);
    expect((await use(text)).workspaceId).toBe(ctx.workspaceId);
    // Whoever leaves takes the account to another address, out of reach of the company's directory.
    await sql(`update app_user set email = 'gone@elsewhere.example' where email like 'editor-%'`);
    await expect(use(text)).rejects.toThrow(Unauthenticated);
    await sql('update workspace set enforce_sso = false');
    expect((await use(text)).workspaceId).toBe(ctx.workspaceId);
  });
});

describe('a token that is made while its maker loses the right to', () => {
  const race = (of: Ctx, change: string, attempt: () => Promise<unknown>) =>
    held(
      bench,
      `with held as (select id from workspace for update) ${change} and exists (select from held)`,
      [userOf(of)],
      attempt,
    );

  it.each([
    ['demotes', `update membership set role = 'viewer' where user_id = $1`],
    ['removes', 'delete from membership where user_id = $1'],
    ['switches off', 'update membership set deactivated_at = now() where user_id = $1'],
    ['limits', 'update membership set all_accounts = false where user_id = $1'],
  ])('is not made once somebody %s them', async (_, change) => {
    const admin = await bench.ctxAs(ctx, 'admin');
    const refused = await race(admin, change, () => make(admin, { kind: 'service', role: 'admin' }));
    expect(refused).toBeInstanceOf(Forbidden);
    expect((await sql('select from api_token')).rows).toEqual([]);
  });

  it('is not made for an identity provider either', async () => {
    await bench.ctxAs(ctx, 'owner');
    const refused = await race(ctx, `update membership set role = 'viewer' where user_id = $1`, () =>
      createScimToken(ctx, { name: 'Okta', expiry: '365', ranges: [] }),
    );
    expect(refused).toBeInstanceOf(Forbidden);
    expect((await sql('select from api_token')).rows).toEqual([]);
  });
});

describe('an answer that goes on for long', () => {
  it('ends once the token’s person may do or see less', async () => {
    const editor = await bench.ctxAs(ctx, 'editor');
    const { text } = await make(editor);
    const { actor } = await use(text);
    expect(await isTokenAlive(bench.runtime, presented(text), actor)).toBe(true);
    await sql('update membership set all_accounts = false where user_id = $1', [userOf(editor)]);
    expect(await isTokenAlive(bench.runtime, presented(text), actor)).toBe(false);
    const limited = (await use(text)).actor;
    expect(await isTokenAlive(bench.runtime, presented(text), limited)).toBe(true);
    await sql(`update membership set role = 'viewer' where user_id = $1`, [userOf(editor)]);
    expect(await isTokenAlive(bench.runtime, presented(text), limited)).toBe(false);
  });

  it('compares accounts whatever their order', () => {
    const then = { kind: 'user', userId: 'u', role: 'viewer', accounts: ['2', '1'] } as const;
    expect(isSameAccess({ role: 'viewer', accounts: ['1', '2'] }, then)).toBe(true);
    expect(isSameAccess({ role: 'viewer', accounts: ['1'] }, then)).toBe(false);
    expect(isSameAccess({ role: 'viewer', accounts: null }, then)).toBe(false);
    expect(isSameAccess({ role: 'admin', accounts: ['1', '2'] }, then)).toBe(false);
  });
});
