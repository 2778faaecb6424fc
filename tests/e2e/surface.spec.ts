import { createHash, randomUUID } from 'node:crypto';
import type { APIRequestContext, Browser, BrowserContext } from '@playwright/test';
import { isAllowed, permissions, roles, type Permission, type Role } from '../../src/domain/permissions';
import { newTokenText, tokenDigest } from '../../src/features/tokens/token-text';
import { listBuilt, listSurface } from '../surface/list';
import { surface, type Ids } from '../surface/table';
import {
  actions,
  addressOf,
  ask,
  addRows,
  codeOf,
  inputOf,
  isPermission,
  pages,
  removeRows,
  routes,
  rules,
} from '../surface/walk';
import { builtActions, callAction } from './support/actions';
import { query } from './support/database';
import { login, newMember } from './support/session';
import { stack } from './support/stack';
import { expect, test } from './support/test';

test.describe.configure({ mode: 'default' });
test.setTimeout(300_000);

let own: Ids;
let other: Ids;

test.beforeAll(async () => {
  const { shared, erased } = stack();
  const [kept] = await query<{ id: string }>('select id from saved_view where workspace_id = $1', [
    erased.workspaceId,
  ]);
  own = await addRows(shared);
  other = await addRows({ ...erased, viewId: kept?.id ?? '' });
});

test.afterAll(async () => {
  await removeRows([own.workspaceId, other.workspaceId]);
});

interface Who {
  readonly role: Role;
  readonly isLimited?: boolean;
  readonly isStale?: boolean;
}

/** Somebody of the shared workspace, made for this and signed in. */
async function signedIn(browser: Browser, { role, isLimited, isStale }: Who): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: stack().baseUrl });
  const member = await newMember(own.workspaceId, role);
  if (isLimited) {
    await query('update membership set all_accounts = false where workspace_id = $1 and user_id = $2', [
      own.workspaceId,
      member.userId,
    ]);
  }
  await login(context, member);
  if (isStale) {
    await query(`update auth_session set stepped_up_at = now() - interval '6 minutes' where user_id = $1`, [
      member.userId,
    ]);
  }
  return context;
}

/** The first who may, by role, and without a limit. */
const allowedRole = (permission: Permission): Role =>
  roles.findLast((role) => isAllowed(role, permission)) ?? 'owner';

test('every page, route and action is in the table, and nothing else is', () => {
  expect(Object.keys(surface).sort()).toEqual(
    listSurface()
      .map((one) => one.key)
      .sort(),
  );
  // What the build answers to is what the source says: no action is written inline, no address made another way.
  expect(builtActions()).toEqual(actions.map(([key]) => key).sort());
  const addresses = rules.filter(([key]) => !key.startsWith('action ')).map(([key]) => key.split(' ')[1]);
  expect(listBuilt()).toEqual([...new Set(addresses)].sort());
});

test('without a session', async ({ playwright }) => {
  const request = await playwright.request.newContext();
  for (const [key, rule] of actions) {
    if (rule.who === 'anyone' || rule.who === 'door') continue;
    expect((await callAction(request, key, inputOf(rule, own))).code, key).toBe('unauthenticated');
  }
  await expectStrangerOutside(request);
  await request.dispose();
});

async function expectStrangerOutside(request: APIRequestContext): Promise<void> {
  for (const [key, rule] of rules) {
    if (rule.who !== 'scim') continue;
    const method = key.split(' ')[0] ?? '';
    const answer = await request.fetch(`${stack().baseUrl}/scim/v2/Users/${own.userId}`, { method });
    expect(answer.status(), key).toBe(401);
  }
  for (const [key] of routes) {
    const answer = await request.get(`${stack().baseUrl}${addressOf(key, own)}`);
    expect([answer.status(), await codeOf(answer)], key).toEqual([401, 'unauthenticated']);
  }
  for (const [key, rule] of pages) {
    if (rule.who === 'anyone') continue;
    const answer = await request.get(`${stack().baseUrl}${addressOf(key, own)}`, { maxRedirects: 0 });
    expect([303, 307], key).toContain(answer.status());
    expect(answer.headers()['location'], key).toMatch(
      rule.who === 'staff' ? /\/staff\/sign-in/ : /\/sign-in/,
    );
  }
}

test('with a session that has ended', async ({ browser }) => {
  const context = await signedIn(browser, { role: 'owner' });
  await query(
    `update auth_session set expires_at = now() - interval '1 second' where user_id in
    (select user_id from membership where workspace_id = $1 and role = 'owner' and created_at > now() - interval '1 minute')`,
    [own.workspaceId],
  );
  for (const [key, rule] of actions) {
    if (rule.who === 'anyone' || rule.who === 'door') continue;
    expect((await callAction(context.request, key, inputOf(rule, own))).code, key).toBe('unauthenticated');
  }
  for (const [key] of routes) {
    expect((await context.request.get(addressOf(key, own))).status(), key).toBe(401);
  }
  await context.close();
});

test('from another site, and from nowhere', async ({ browser }) => {
  const context = await signedIn(browser, { role: 'owner' });
  for (const [key, rule] of actions) {
    for (const origin of ['https://evil.example', 'null', '']) {
      const { status, code } = await callAction(context.request, key, inputOf(rule, own), { origin });
      expect([status, code], `${key} from ${origin}`).toEqual([403, null]);
    }
  }
  for (const [key] of rules) {
    if (!/^(POST|PUT|PATCH|DELETE) \/api\//.test(key)) continue;
    for (const origin of ['https://evil.example', 'null']) {
      const answer = await ask(context.request, key, own, stack().baseUrl, origin);
      expect([answer.status(), await codeOf(answer)], `${key} from ${origin}`).toEqual([403, 'forbidden']);
    }
  }
  await context.close();
});

for (const role of roles) {
  test(`as ${role}, where that is not enough`, async ({ browser }) => {
    const context = await signedIn(browser, { role });
    for (const [key, rule] of rules) {
      if (!isPermission(rule.who) || isAllowed(role, rule.who)) continue;
      if (key.startsWith('action ')) {
        expect((await callAction(context.request, key, inputOf(rule, own))).code, key).toBe('forbidden');
      } else {
        expect((await ask(context.request, key, own, stack().baseUrl)).status(), key).toBe(403);
      }
    }
    await context.close();
  });
}

for (const role of ['editor', 'viewer'] as const) {
  test(`as ${role} limited to some accounts, where all are shown`, async ({ browser }) => {
    const context = await signedIn(browser, { role, isLimited: true });
    for (const [key, rule] of rules) {
      if (!isPermission(rule.who) || isAllowed(role, rule.who, [])) continue;
      if (key.startsWith('action ')) {
        expect((await callAction(context.request, key, inputOf(rule, own))).code, key).toBe('forbidden');
      } else {
        expect((await ask(context.request, key, own, stack().baseUrl)).status(), key).toBe(403);
      }
    }
    await context.close();
  });
}

test('without a proof of the last five minutes', async ({ browser }) => {
  const context = await signedIn(browser, { role: 'owner', isStale: true });
  for (const [key, rule] of actions) {
    if (!rule.stepUp) continue;
    expect((await callAction(context.request, key, inputOf(rule, own))).code, key).toBe('step-up');
  }
  await context.close();
});

test("what another workspace's is, is not found", async ({ browser }) => {
  for (const [key, rule] of rules) {
    if (!rule.names) continue;
    const role = isPermission(rule.who) ? allowedRole(rule.who) : 'viewer';
    const context = await signedIn(browser, { role });
    if (key.startsWith('action ')) {
      expect((await callAction(context.request, key, inputOf(rule, other))).code, key).toBe('not-found');
    } else {
      expect((await ask(context.request, key, other, stack().baseUrl)).status(), key).toBe(404);
    }
    await context.close();
  }
});

test('by whoever may, each page and route opens', async ({ browser }) => {
  for (const [key, rule] of [...pages, ...routes]) {
    if (!isPermission(rule.who) || key.includes('/receipts/') || key.endsWith('/progress')) continue;
    const context = await signedIn(browser, { role: allowedRole(rule.who) });
    expect((await context.request.get(addressOf(key, own))).status(), key).toBe(200);
    await context.close();
  }
});

async function newToken(scopes: readonly Permission[], expiresAt: Date | null): Promise<string> {
  const text = newTokenText('service', own.workspaceId);
  await query(
    `insert into api_token (workspace_id, id, kind, name, hint, digest, role, scopes, address_ranges, created_by, created_at, expires_at)
     values ($1, $2, 'service', 'Walked', 'bvd_svc_…', $3, 'owner', $4, '{}', $5, now(), $6)`,
    [own.workspaceId, randomUUID(), tokenDigest(text), scopes, own.userId, expiresAt],
  );
  return text;
}

test('by a token: expired, unknown, of another scope, and right', async ({ playwright }) => {
  const request = await playwright.request.newContext();
  const call = (key: string, token: string) =>
    request.get(`${stack().baseUrl}${addressOf(key, own)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
  const expired = await newToken(permissions, new Date(Date.now() - 1_000));
  for (const [key, rule] of routes) {
    if (!isPermission(rule.who)) continue;
    const { who } = rule;
    expect((await call(key, expired)).status(), key).toBe(401);
    expect((await call(key, newTokenText('service', own.workspaceId))).status(), key).toBe(401);
    expect((await call(key, createHash('sha256').update(key).digest('hex'))).status(), key).toBe(401);
    const narrow = await newToken(
      permissions.filter((one) => one !== who),
      null,
    );
    expect((await call(key, narrow)).status(), key).toBe(403);
    if (key.includes('/receipts/') || key.endsWith('/progress')) continue;
    expect((await call(key, await newToken([who], null))).status(), key).toBe(200);
  }
  await request.dispose();
});
