import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { Page, Request } from '@playwright/test';
import { dataHeaders, fixedHeaders } from '../../src/security/fixed-headers';
import { login, newMember, newWorkspace, SESSION_COOKIE } from './support/session';
import { stack } from './support/stack';
import { expect, test } from './support/test';

const pages = () => {
  const { connectionId, viewId } = stack().shared;
  return [
    ...['/', '/overview', '/overview?dates=last-7', '/views', `/views/${viewId}`, '/connections'],
    ...['/connections/new', `/connections/${connectionId}`, `/connections/${connectionId}/ledger`],
    ...['/settings', '/settings/connections', `/settings/connections/${connectionId}`, '/settings/delete'],
    `/receipts/${stack().erased.connectionId}`,
  ];
};

const apis = () => {
  const { connectionId } = stack().shared;
  return [
    ...['/api/overview', '/api/overview.csv', `/api/receipts/${stack().erased.connectionId}`],
    ...[`/api/connections/${connectionId}/ledger.csv`, `/api/connections/${connectionId}/progress`],
  ];
};

async function signUp(page: Page): Promise<{ email: string; password: string }> {
  const who = { email: `${randomUUID()}@access.example`, password: 'opens with these words' };
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill('Ada Access');
  await page.getByLabel('Workspace').fill('Access');
  await page.getByLabel('Email').fill(who.email);
  await page.locator('input[name=password]').fill(who.password);
  await page.getByRole('button', { name: 'Make the workspace' }).click();
  await expect(page).toHaveURL(/\/overview$/);
  return who;
}

test('a stranger is sent from every page to the sign-in page', async ({ page }) => {
  for (const path of pages()) {
    await page.goto(path);
    await expect(page, path).toHaveURL(/\/sign-in$/);
  }
});

test('a stranger gets nothing of a page before being sent away', async ({ request }) => {
  for (const path of pages()) {
    const answer = await request.get(path, { maxRedirects: 0 });
    const body = await answer.text();
    expect(body, path).not.toContain('Shared');
    expect(body, path).not.toContain(stack().shared.workspaceId);
    if (answer.status() !== 200) expect([303, 307], path).toContain(answer.status());
  }
});

test('a stranger gets 401 as JSON from every API', async ({ request }) => {
  for (const path of apis()) {
    const answer = await request.get(path);
    expect(answer.status(), path).toBe(401);
    expect(answer.headers()['content-type'], path).toContain('application/json');
    expect(await answer.json(), path).toMatchObject({
      error: { code: 'unauthenticated', message: 'Sign in first.' },
    });
  }
});

test('signing out ends the session at once, the old cookie included', async ({ page, browser }) => {
  await signUp(page);
  const cookies = await page.context().cookies();
  expect(cookies.find((cookie) => cookie.name === SESSION_COOKIE)).toMatchObject({
    httpOnly: true,
    sameSite: 'Lax',
  });
  const thief = await browser.newContext({ baseURL: stack().baseUrl });
  await thief.addCookies(cookies);
  expect((await thief.request.get('/api/overview')).status()).toBe(200);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  expect((await thief.request.get('/api/overview')).status()).toBe(401);
  const stolen = await thief.newPage();
  await stolen.goto('/overview');
  await expect(stolen).toHaveURL(/\/sign-in$/);
  await thief.close();
  await page.goto('/overview');
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('an unknown address and a wrong password get the same answer', async ({ page }) => {
  const { email } = await signUp(page);
  await page.context().clearCookies();
  for (const address of [email, `${randomUUID()}@nobody.example`]) {
    await page.goto('/sign-in');
    await page.getByLabel('Email').fill(address);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('input[name=password]').fill('some other password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByText('The email address or the password is not right.')).toBeVisible();
  }
});

test.describe('what belongs to another workspace', () => {
  test.beforeEach(async ({ context }) => login(context, await newWorkspace('Neighbour')));

  test('is not found by any API', async ({ page }) => {
    const { connectionId } = stack().shared;
    for (const path of [
      `/api/connections/${connectionId}/progress`,
      `/api/connections/${connectionId}/ledger.csv`,
      `/api/receipts/${stack().erased.connectionId}`,
    ]) {
      const answer = await page.request.get(path);
      expect(answer.status(), path).toBe(404);
      expect(await answer.json(), path).toMatchObject({ error: { code: 'not-found' } });
    }
  });

  const foreign = () => {
    const { connectionId, viewId } = stack().shared;
    return [
      ...[`/connections/${connectionId}`, `/connections/${connectionId}/ledger`, '/connections/not-an-id'],
      ...[`/settings/connections/${connectionId}`, `/receipts/${stack().erased.connectionId}`],
      `/views/${viewId}`,
    ];
  };

  test('is not found by any page', async ({ page, watch }) => {
    watch.expectProblem(/status of 404/);
    for (const path of foreign()) {
      await page.goto(path);
      await expect(page.getByRole('heading', { name: 'There is no such page' }), path).toBeVisible();
      await expect(page.locator('body'), path).not.toContainText('acme-production');
    }
  });

  test('is answered with status 404', async ({ page }) => {
    for (const path of foreign()) {
      const answer = await page.request.get(path);
      expect.soft(answer.status(), path).toBe(404);
    }
  });
});

/** What the browser sends when the owner saves a connection's name and limit as they are. */
async function captureAction(page: Page): Promise<Request> {
  await page.goto(`/connections/${stack().shared.connectionId}`);
  const sending = page.waitForRequest((request) => request.method() === 'POST');
  await page.getByRole('button', { name: 'Save' }).click();
  return sending;
}

async function replay(page: Page, action: Request, headers: Record<string, string> = {}) {
  const sent = action.headers();
  return page.request.post(action.url(), {
    headers: {
      accept: 'text/x-component',
      'content-type': sent['content-type'] ?? '',
      'next-action': sent['next-action'] ?? '',
      origin: stack().baseUrl,
      ...headers,
    },
    data: action.postDataBuffer() ?? Buffer.alloc(0),
  });
}

test('a viewer sees figures and no way to change anything', async ({ page, context, watch }) => {
  await login(context, await newMember(stack().shared.workspaceId, 'viewer'));
  const main = page.getByRole('main');
  await page.goto('/overview');
  await expect(page.getByTestId('total')).toBeVisible();
  await expect(main.getByRole('button', { name: /Save/ })).toHaveCount(0);
  await page.goto('/views');
  await expect(main.getByRole('link', { name: 'Ninety days by region' })).toBeVisible();
  await expect(main.getByRole('button')).toHaveCount(0);
  await page.goto('/connections');
  await expect(main.getByRole('link', { name: /Connect an AWS account/ })).toHaveCount(0);
  await page.goto(`/connections/${stack().shared.connectionId}`);
  await expect(page.getByTestId('sync')).toBeVisible();
  await expect(main.getByRole('button')).toHaveCount(0);
  await expect(main.getByRole('textbox')).toHaveCount(0);
  await expect(main.getByRole('link', { name: 'Revoke' })).toHaveCount(0);
  await expect(page.locator('body')).not.toContainText('bv-');
  await page.goto('/settings/connections');
  await expect(main.getByRole('link', { name: 'Revoke' })).toHaveCount(0);
  watch.expectProblem(/status of 403/);
  for (const path of [
    '/connections/new',
    `/settings/connections/${stack().shared.connectionId}`,
    '/settings/delete',
  ]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
    await expect(page.getByRole('heading', { name: 'Your role does not allow this' })).toBeVisible();
  }
});

test("a viewer's own call of an owner's action is refused", async ({ page, context, browser }) => {
  await login(context, stack().shared);
  const action = await captureAction(page);
  expect(await (await replay(page, action)).text()).toContain('"ok":true');
  const viewer = await browser.newContext({ baseURL: stack().baseUrl });
  await login(viewer, await newMember(stack().shared.workspaceId, 'viewer'));
  const refused = await (await replay(await viewer.newPage(), action)).text();
  expect(refused).toContain('"code":"forbidden"');
  expect(refused).not.toContain('"ok":true');
  const stranger = await browser.newContext({ baseURL: stack().baseUrl });
  const unknown = await (await replay(await stranger.newPage(), action)).text();
  expect(unknown).not.toContain('"ok":true');
  await viewer.close();
  await stranger.close();
});

test("another workspace's owner changes nothing here", async ({ page, context, browser }) => {
  await login(context, stack().shared);
  const action = await captureAction(page);
  const neighbour = await browser.newContext({ baseURL: stack().baseUrl });
  await login(neighbour, await newWorkspace('Neighbour'));
  const refused = await (await replay(await neighbour.newPage(), action)).text();
  expect(refused).toContain('"code":"not-found"');
  await neighbour.close();
});

test('a post from another site is refused', async ({ page, context }) => {
  await login(context, stack().shared);
  const action = await captureAction(page);
  const refused = await replay(page, action, { origin: 'https://elsewhere.example' });
  expect(refused.status()).toBeGreaterThanOrEqual(400);
  expect(await refused.text()).not.toContain('"ok":true');
  const plain = await page.request.post('/api/overview', {
    headers: { origin: 'https://elsewhere.example' },
  });
  expect(plain.status()).toBe(405);
});

test('every page has the security headers, and what is data is none', async ({ page, context }) => {
  await login(context, stack().shared);
  const nonces = new Set<string>();
  for (const path of ['/sign-in', '/overview', '/settings', '/views', '/template.yaml']) {
    const answer = await page.request.get(path, { maxRedirects: 0 });
    const headers = answer.headers();
    const policy = headers['content-security-policy'] ?? '';
    const directive = (name: string) =>
      policy
        .split(';')
        .map((one) => one.trim())
        .find((one) => one.startsWith(`${name} `)) ?? '';
    const scripts = directive('script-src');
    const nonce = /'nonce-([\w+/=-]{16,})'/.exec(scripts)?.[1];
    expect(nonce, path).toBeDefined();
    nonces.add(nonce ?? '');
    expect(scripts, path).not.toMatch(/unsafe-inline|unsafe-eval|\*|https?:/);
    expect(directive('frame-ancestors'), path).toBe("frame-ancestors 'none'");
    expect(directive('object-src'), path).toBe("object-src 'none'");
    expect(headers['strict-transport-security'], path).toMatch(/max-age=\d{8,}/);
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers['x-powered-by'], path).toBeUndefined();
  }
  expect(nonces.size, 'a nonce is used once').toBe(5);
  for (const path of [
    '/api/overview',
    '/api/overview.csv',
    '/api/nothing',
    '/api/resources/nothing',
    '/readyz',
  ]) {
    const headers = (await page.request.get(path, { maxRedirects: 0 })).headers();
    expect(headers['content-security-policy'], path).toBe(dataHeaders['content-security-policy']);
    for (const [name, value] of Object.entries(fixedHeaders)) expect(headers[name], path).toBe(value);
    expect(headers['x-powered-by'], path).toBeUndefined();
  }
  const nothing = await page.request.get('/api/nothing');
  expect(nothing.status()).toBe(404);
  expect(await nothing.json()).toMatchObject({ error: { code: 'not-found' } });
});

test('health, readiness and the template are open to anyone', async ({ request }) => {
  for (const path of ['/healthz', '/readyz']) {
    const answer = await request.get(path);
    expect(answer.status(), path).toBe(200);
    expect(await answer.json(), path).toEqual({ ok: true });
  }
  const template = await request.get('/template.yaml');
  expect(await template.text()).toBe(readFileSync('cloudformation/belvedere-readonly.yaml', 'utf8'));
  expect(await (await request.get('/receipt-key.pem')).text()).toContain('-----BEGIN PUBLIC KEY-----');
});
