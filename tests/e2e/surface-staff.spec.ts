import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { APIRequestContext, Browser, BrowserContext } from '@playwright/test';
import { staffPermissions } from '../../src/domain/permissions';
import { listSurface } from '../surface/list';
import { surface, type Ids } from '../surface/table';
import {
  actions,
  addressOf,
  addRows,
  ask,
  inputOf,
  isPermission,
  pages,
  routes,
  rules,
} from '../surface/walk';
import { callAction } from './support/actions';
import { copyCosts } from './support/copied-costs';
import { query } from './support/database';
import { login, newMember, newWorkspace } from './support/session';
import { stack } from './support/stack';
import { expect, test } from './support/test';

const COOKIE = 'belvedere-staff';
const desk = rules.filter(([, rule]) => rule.who === 'staff');
/** What stands under /staff and is open all the same: the way in, and the two ways out. */
const WAYS_IN_AND_OUT = [
  'page /staff/setup/[token]',
  'page /staff/sign-in',
  'action src/app/staff/actions.ts#endVisitAction',
  'action src/app/staff/actions.ts#setUpStaffAction',
  'action src/app/staff/actions.ts#signInStaffAction',
  'action src/app/staff/actions.ts#signOutStaffAction',
];

test.describe.configure({ mode: 'default' });
test.setTimeout(300_000);

let own: Ids;
let other: Ids;

async function workspaceWithCosts(): Promise<Ids> {
  const { workspaceId, userId } = await newWorkspace('Walked by staff');
  const { connectionId } = await copyCosts(workspaceId, `acme-${randomBytes(3).toString('hex')}`);
  const viewId = randomUUID();
  await query(
    `insert into saved_view (workspace_id, id, name, query, created_by) values ($1, $2, 'Walked', '', $3)`,
    [workspaceId, viewId, userId],
  );
  return addRows({ workspaceId, connectionId, viewId });
}

test.beforeAll(async () => {
  own = await workspaceWithCosts();
  other = await workspaceWithCosts();
});

interface Staff {
  readonly staffId: string;
  readonly digest: string;
  readonly context: BrowserContext;
}

/** Somebody of the operator's, set up and signed in as /staff/sign-in does it: a row and its cookie. */
async function newStaff(browser: Browser): Promise<Staff> {
  const context = await browser.newContext({ baseURL: stack().baseUrl });
  const staffId = randomUUID();
  const token = randomBytes(32).toString('base64url');
  const digest = createHash('sha256').update(token).digest('hex');
  await query(
    `insert into staff_account (id, email, name, password_hash, totp_secret, totp_confirmed_at, granted_at, granted_by)
     values ($1, $2, 'Sam Staff', 'none', 'none', now(), now(), 'root')`,
    [staffId, `${staffId}@operator.example`],
  );
  await query(
    `insert into staff_session (token_hash, staff_id, created_at, last_seen_at, expires_at)
     values ($1, $2, now(), now(), now() + interval '8 hours')`,
    [digest, staffId],
  );
  await context.addCookies([{ name: COOKIE, value: token, url: stack().baseUrl }]);
  return { staffId, digest, context };
}

/** An access that an owner approved and that runs; what is given in `but` is otherwise. */
async function newAccess(staff: Staff, workspaceId: string, but = ''): Promise<string> {
  const id = randomUUID();
  await query(
    `insert into staff_access (workspace_id, id, staff_id, staff_name, reason, minutes, status, requested_at, decided_at, starts_at, expires_at)
     values ($1, $2, $3, 'Sam Staff', 'to walk through it', 60, 'approved', now(), now(), now(), now() + interval '1 hour')`,
    [workspaceId, id, staff.staffId],
  );
  if (but)
    await query(`update staff_access set ${but} where workspace_id = $1 and id = $2`, [workspaceId, id]);
  return id;
}

/** The session looks in; one that was refused is put back, so that each request meets the same. */
const standIn = (staff: Staff, workspaceId: string, accessId: string) =>
  query('update staff_session set workspace_id = $2, access_id = $3 where token_hash = $1', [
    staff.digest,
    workspaceId,
    accessId,
  ]);

async function expectOutsideTheDesk(request: APIRequestContext, why: string): Promise<void> {
  for (const [key, rule] of desk) {
    if (key.startsWith('action ')) {
      expect((await callAction(request, key, inputOf(rule, own))).code, `${why}: ${key}`).toBe(
        'unauthenticated',
      );
      continue;
    }
    const answer = await request.get(`${stack().baseUrl}${addressOf(key, own)}`, { maxRedirects: 0 });
    expect(answer.status(), `${why}: ${key}`).toBe(307);
    expect(answer.headers()['location'], `${why}: ${key}`).toMatch(/\/staff\/sign-in$/);
  }
}

/** Every page, route and action of a workspace, as for a stranger. */
async function expectOutside(staff: Staff, why: string, before: () => Promise<unknown>): Promise<void> {
  const { request } = staff.context;
  for (const [key, rule] of rules) {
    if (!isPermission(rule.who) && rule.who !== 'person') continue;
    await before();
    if (key.startsWith('action ')) {
      expect((await callAction(request, key, inputOf(rule, own))).code, `${why}: ${key}`).toBe(
        'unauthenticated',
      );
      continue;
    }
    const isWrite = /^(POST|PUT|PATCH|DELETE) /.test(key);
    const answer = isWrite
      ? await ask(request, key, own, stack().baseUrl)
      : await request.get(addressOf(key, own), { maxRedirects: 0 });
    if (isWrite || key.startsWith('GET ')) expect(answer.status(), `${why}: ${key}`).toBe(401);
    else {
      expect(answer.status(), `${why}: ${key}`).toBe(307);
      expect(answer.headers()['location'], `${why}: ${key}`).toMatch(/\/sign-in(\?|$)/);
    }
  }
}

test('all that stands under /staff is for staff, but the ways in and out', () => {
  const under = listSurface()
    .map(({ key }) => key)
    .filter((key) => / \/staff(\/|$)/.test(key) || key.startsWith('action src/app/staff/'));
  expect(under.filter((key) => surface[key]?.who !== 'staff').sort()).toEqual(WAYS_IN_AND_OUT.toSorted());
  expect(under).toEqual(expect.arrayContaining(desk.map(([key]) => key)));
});

const noDesk: Record<string, string> = {
  'a session that has ended': `update staff_session set expires_at = now() - interval '1 second' where staff_id = $1`,
  'a session that nobody used for half an hour': `update staff_session set last_seen_at = now() - interval '31 minutes' where staff_id = $1`,
  'somebody who is staff no longer': 'update staff_account set revoked_at = now() where id = $1',
  'somebody without a second factor': 'update staff_account set totp_confirmed_at = null where id = $1',
};

for (const [why, change] of Object.entries(noDesk)) {
  test(`the desk is closed to ${why}, and so is the workspace that they looked into`, async ({ browser }) => {
    const staff = await newStaff(browser);
    await query(change, [staff.staffId]);
    await expectOutsideTheDesk(staff.context.request, why);
    const accessId = await newAccess(staff, own.workspaceId);
    await expectOutside(staff, why, () => standIn(staff, own.workspaceId, accessId));
    await staff.context.close();
  });
}

test('the desk is closed to strangers, to members of workspaces, and after signing out', async ({
  browser,
}) => {
  const stranger = await browser.newContext({ baseURL: stack().baseUrl });
  await expectOutsideTheDesk(stranger.request, 'no session');
  await stranger.addCookies([
    { name: COOKIE, value: randomBytes(32).toString('base64url'), url: stack().baseUrl },
  ]);
  await expectOutsideTheDesk(stranger.request, 'a cookie that is nobody’s');
  await stranger.close();

  const member = await browser.newContext({ baseURL: stack().baseUrl });
  await login(member, await newMember(own.workspaceId, 'owner'));
  expect((await member.request.get('/settings/staff')).status()).toBe(200);
  await expectOutsideTheDesk(member.request, 'an owner’s session');
  await member.close();

  const staff = await newStaff(browser);
  const cookies = await staff.context.cookies();
  expect((await staff.context.request.get('/staff')).url()).toMatch(/\/staff$/);
  await callAction(staff.context.request, 'action src/app/staff/actions.ts#signOutStaffAction', undefined);
  expect((await staff.context.cookies()).some(({ name }) => name === COOKIE)).toBe(false);
  // Whoever kept the cookie has nothing of it.
  await staff.context.addCookies(cookies);
  await expectOutsideTheDesk(staff.context.request, 'signed out');
  await staff.context.close();
});

test('at the desk, staff read and ask, reach nobody else’s access, and no workspace', async ({ browser }) => {
  const staff = await newStaff(browser);
  const { request } = staff.context;
  for (const [key] of desk.filter(([one]) => one.startsWith('page '))) {
    expect((await request.get(addressOf(key, own), { maxRedirects: 0 })).status(), key).toBe(200);
  }
  // Another's access and another's list are named, so whoever is let through is told so by the verb.
  const answers: Record<string, string> = {};
  for (const [key, rule] of desk.filter(([one]) => one.startsWith('action '))) {
    answers[key.split('#')[1] ?? ''] = (await callAction(request, key, inputOf(rule, own))).code ?? '';
  }
  expect(answers).toEqual({
    askAccessAction: 'ok',
    openAccessAction: 'not-found',
    endOwnAccessAction: 'not-found',
    signReviewAction: 'conflict',
  });
  await expectOutside(staff, 'at the desk', () => Promise.resolve());
  await staff.context.close();
});

test('from another site, and from nowhere, nothing of staff’s is done', async ({ browser }) => {
  const staff = await newStaff(browser);
  const { request } = staff.context;
  const accessId = await newAccess(staff, own.workspaceId);
  await standIn(staff, own.workspaceId, accessId);
  for (const [key, rule] of actions) {
    const input =
      rule.who === 'staff' ? inputOf(rule, { ...own, staffAccessId: accessId }) : inputOf(rule, own);
    for (const origin of ['https://evil.example', 'null', '']) {
      const { status, code } = await callAction(request, key, input, { origin });
      expect([status, code], `${key} from ${origin}`).toEqual([403, null]);
    }
  }
  // Signed in still, and looking in still: neither way out was taken for them.
  for (const address of ['/staff', '/overview']) {
    expect((await request.get(address, { maxRedirects: 0 })).status(), address).toBe(200);
  }
  await staff.context.close();
});

const mayRead = (who: (typeof surface)[string]['who']) => isPermission(who) && staffPermissions.includes(who);
const hasNoneHere = (key: string) => key.includes('/receipts/');

/** The status alone: progress goes on for as long as somebody listens. */
async function statusOf(staff: Staff, address: string): Promise<number> {
  const cookie = (await staff.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const ending = new AbortController();
  const answer = await fetch(`${stack().baseUrl}${address}`, {
    headers: { cookie },
    redirect: 'manual',
    signal: ending.signal,
  });
  ending.abort();
  return answer.status;
}

test('let in, staff read what theirs is to read, and every write is refused', async ({ browser }) => {
  const staff = await newStaff(browser);
  const { request } = staff.context;
  const accessId = await newAccess(staff, own.workspaceId);
  await standIn(staff, own.workspaceId, accessId);
  const seen: string[] = [];
  for (const [key, { who }] of [...pages, ...routes]) {
    if (!isPermission(who) && who !== 'person') continue;
    const address = addressOf(key, own);
    const status = await statusOf(staff, address);
    if (status === 200) seen.push(address);
    // What is no address is none to anybody.
    if (key.endsWith('/[...path]')) expect(status, key).toBe(404);
    else if (who === 'person') expect([307, 403], `${key}: ${status}`).toContain(status);
    // A view goes on to the overview with its filters.
    else if (key === 'page /views/[viewId]') expect(status, key).toBe(307);
    else expect(status, key).toBe(!mayRead(who) ? 403 : hasNoneHere(key) ? 404 : 200);
  }
  for (const [key, rule] of actions) {
    if (!isPermission(rule.who) && rule.who !== 'person') continue;
    const { code } = await callAction(request, key, inputOf(rule, own));
    if (isPermission(rule.who)) expect(code, key).toBe('forbidden');
    else expect(['forbidden', 'unauthenticated'], `${key}: ${code}`).toContain(code);
  }
  // They did nothing but look, and each look is on record.
  const trail = await query<{ action: string; path: string }>(
    `select distinct action, detail->>'path' as path from audit_event
     where workspace_id = $1 and actor_kind = 'staff' and actor_id = $2`,
    [own.workspaceId, staff.staffId],
  );
  expect([...new Set(trail.map(({ action }) => action))].sort()).toEqual([
    'export.downloaded',
    'staff.viewed',
    'view.opened',
  ]);
  expect(trail.map(({ path }) => path)).toEqual(expect.arrayContaining(seen));

  await callAction(request, 'action src/app/staff/actions.ts#endVisitAction', undefined);
  await expectOutside(staff, 'after they left', () => standIn(staff, own.workspaceId, accessId));
  await staff.context.close();
});

test('let into one workspace, staff find nothing of another', async ({ browser }) => {
  const staff = await newStaff(browser);
  const { request } = staff.context;
  const accessId = await newAccess(staff, own.workspaceId);
  await standIn(staff, own.workspaceId, accessId);
  for (const [key, rule] of rules) {
    if (!rule.names || !isPermission(rule.who)) continue;
    if (key.startsWith('action ')) {
      expect((await callAction(request, key, inputOf(rule, other))).code, key).toBe('forbidden');
    } else if (/^(POST|DELETE) /.test(key)) {
      expect((await ask(request, key, other, stack().baseUrl)).status(), key).toBe(403);
    } else {
      expect(await statusOf(staff, addressOf(key, other)), key).toBe(mayRead(rule.who) ? 404 : 403);
    }
  }
  // A session that names the one workspace with an access to the other, or with somebody else's.
  await expectOutside(staff, 'with the access of another workspace', () =>
    standIn(staff, other.workspaceId, accessId),
  );
  const [colleague] = [await newStaff(browser)];
  const theirs = await newAccess(colleague, other.workspaceId);
  await expectOutside(staff, 'with a colleague’s access', () => standIn(staff, other.workspaceId, theirs));
  const key = 'action src/app/staff/actions.ts#openAccessAction';
  expect((await callAction(request, key, { accessId: theirs })).code).toBe('not-found');
  await colleague.context.close();
  await staff.context.close();
});

const notLetIn: Record<string, string> = {
  'is over': `expires_at = now() - interval '1 second'`,
  'was ended': 'ended_at = now()',
  'was denied': `status = 'denied', starts_at = null, expires_at = null, ended_at = now()`,
  'nobody has decided on': `status = 'asked', decided_at = null, starts_at = null, expires_at = null`,
};

for (const [why, but] of Object.entries(notLetIn)) {
  test(`by an access that ${why}, staff stay outside`, async ({ browser }) => {
    const staff = await newStaff(browser);
    const accessId = await newAccess(staff, own.workspaceId, but);
    const key = 'action src/app/staff/actions.ts#openAccessAction';
    expect((await callAction(staff.context.request, key, { accessId })).code).toBe('precondition');
    await expectOutside(staff, why, () => standIn(staff, own.workspaceId, accessId));
    expect((await callAction(staff.context.request, key, { accessId })).code).toBe('precondition');
    await staff.context.close();
  });
}

test('where the workspace lets no staff in any more, an access that runs opens nothing', async ({
  browser,
}) => {
  const staff = await newStaff(browser);
  const { workspaceId } = await newWorkspace('No staff');
  const accessId = await newAccess(staff, workspaceId);
  await standIn(staff, workspaceId, accessId);
  expect(await statusOf(staff, '/overview')).toBe(200);
  await query(`update workspace set staff_access = 'never' where id = $1`, [workspaceId]);
  await expectOutside(staff, 'never', () => standIn(staff, workspaceId, accessId));
  await staff.context.close();
});
