import { randomBytes } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import { query } from '../support/database';
import { newOwner } from '../support/people';
import { login } from '../support/session';
import { stack } from '../support/stack';
import { expect, test } from '../support/test';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const patchOf = (...Operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

interface Resource {
  readonly id: string;
  readonly totalResults?: number;
  readonly Resources?: readonly { readonly id: string; readonly userName?: string }[];
}

/** An identity provider: an address, a token and JSON. */
function client(token: string) {
  return async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${stack().baseUrl}/scim/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Resource };
  };
}

/** A workspace that speaks for a domain, and whose provider's group Platform makes editors. */
async function prepare(workspaceId: string, domain: string): Promise<void> {
  await query('insert into domain_claim (domain, workspace_id, verified_at) values ($1, $2, now())', [
    domain,
    workspaceId,
  ]);
  await query(
    `insert into sso_connection (workspace_id, id, name, status, group_roles, default_role, activated_at, created_at, updated_at)
     values ($1, gen_random_uuid(), 'Okta', 'active', $2, 'viewer', now(), now(), now())`,
    [workspaceId, JSON.stringify([{ group: 'Platform', role: 'editor' }])],
  );
}

async function newScimToken(page: Page): Promise<string> {
  await page.goto('/settings/scim');
  await page.getByRole('button', { name: 'Create token' }).click();
  await page.getByLabel('Name').fill('Okta');
  await page.getByRole('button', { name: 'Create token' }).click();
  const token = await page.getByTestId('token-text').innerText();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  return token;
}

/** Somebody at work: a page that is open, and a token of theirs. */
async function atWork(browser: Browser, who: { userId: string; workspaceId: string }) {
  const context = await browser.newContext({ baseURL: stack().baseUrl });
  await login(context, who);
  const page = await context.newPage();
  await page.goto('/settings/tokens');
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('Name').fill('Laptop');
  await page.getByRole('button', { name: 'Create token' }).click();
  const token = await page.getByTestId('token-text').innerText();
  const callApi = () =>
    fetch(`${stack().baseUrl}/api/overview`, { headers: { authorization: `Bearer ${token}` } });
  return { context, callApi };
}

test('an identity provider creates people, changes them, and shuts one out within a second', async ({
  page,
  context,
  browser,
}) => {
  const owner = await newOwner('Sky Scim', 'Provisioned by groups');
  const domain = `${randomBytes(6).toString('hex')}.example`;
  await prepare(owner.workspaceId, domain);
  await login(context, owner);
  const idp = client(await newScimToken(page));

  const ids: string[] = [];
  for (const name of ['ida', 'ivo', 'iris']) {
    const userName = `${name}@${domain}`;
    const found = await idp('GET', `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`);
    expect(found.body.totalResults).toBe(0);
    const made = await idp('POST', '/Users', {
      ...{ schemas: [USER], userName, active: true, externalId: name },
      name: { givenName: name, familyName: 'Platform' },
      emails: [{ primary: true, type: 'work', value: userName }],
    });
    expect(made.status).toBe(201);
    ids.push(made.body.id);
  }
  const [ida = '', ivo = ''] = ids;
  // The owner is a member as well, of another domain.
  const listed = await idp('GET', '/Users?startIndex=2&count=2');
  expect(listed.body.Resources).toHaveLength(2);
  expect(listed.body.totalResults).toBeGreaterThanOrEqual(3);

  const group = await idp('POST', '/Groups', { schemas: [GROUP], displayName: 'Platform', members: [] });
  const members = (op: string) => patchOf({ op, path: 'members', value: [{ value: ida }, { value: ivo }] });
  expect((await idp('PATCH', `/Groups/${group.body.id}`, members('add'))).status).toBeLessThan(300);
  // As Entra ID writes it.
  const renamed = patchOf({ op: 'Replace', path: 'displayName', value: 'Ida Lovelace' });
  expect((await idp('PATCH', `/Users/${ida}`, renamed)).status).toBeLessThan(300);

  await page.goto('/settings/people');
  const row = page.getByRole('row').filter({ hasText: `ida@${domain}` });
  await expect(row).toContainText('Ida Lovelace');
  await expect(row).toContainText('Editor');
  await expect(page.getByRole('row').filter({ hasText: `iris@${domain}` })).toContainText('Viewer');

  const work = await atWork(browser, { userId: ida, workspaceId: owner.workspaceId });
  expect((await work.callApi()).status).toBe(200);
  expect((await work.context.request.get('/overview', { maxRedirects: 0 })).status()).toBe(200);
  const off = await idp('PATCH', `/Users/${ida}`, patchOf({ op: 'Replace', path: 'active', value: 'False' }));
  expect(off.status).toBeLessThan(300);
  expect((await work.callApi()).status).toBe(401);
  expect((await work.context.request.get('/overview', { maxRedirects: 0 })).status()).toBe(307);
  await work.context.close();

  await page.goto('/settings/scim');
  await page.getByRole('button', { name: 'End Okta' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End token' }).click();
  await expect(page.getByText('There is none, so your identity provider')).toBeVisible();
  expect((await idp('GET', '/Users')).status).toBe(401);
});
