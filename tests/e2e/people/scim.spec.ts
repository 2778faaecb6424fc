import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible';
import { query } from '../support/database';
import { followMail } from '../support/mail';
import { makeStale, newOwner, PASSWORD, typePassword, type Person } from '../support/people';
import { login } from '../support/session';
import { stack } from '../support/stack';
import { expect, test } from '../support/test';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

interface Resource {
  readonly id: string;
  readonly active?: boolean;
  readonly schemas?: readonly string[];
  readonly members?: readonly { readonly value: string }[];
  readonly totalResults?: number;
  readonly Resources?: readonly { readonly id: string }[];
}

interface Answer {
  readonly status: number;
  readonly body: Resource;
}

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** An identity provider: an address, a token and JSON. */
function providerWith(token: string): Call {
  return async (method, path, body) => {
    const answer = await fetch(`${stack().baseUrl}/scim/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/scim+json',
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Resource };
  };
}

const where = (filter: string) => `filter=${encodeURIComponent(filter)}`;
const patchOf = (...Operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

/** As Okta looks for somebody and then makes them. */
async function createAsOkta(idp: Call, userName: string, [givenName, familyName]: [string, string]) {
  const found = await idp('GET', `/Users?${where(`userName eq "${userName}"`)}&startIndex=1&count=100`);
  expect(found).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [] } });
  const made = await idp('POST', '/Users', {
    schemas: [USER],
    userName,
    name: { givenName, familyName },
    emails: [{ primary: true, value: userName, type: 'work' }],
    displayName: `${givenName} ${familyName}`,
    locale: 'en-US',
    externalId: `00u${randomBytes(8).toString('hex')}`,
    groups: [],
    password: 'a password that Okta made up',
    active: true,
  });
  expect(made).toMatchObject({ status: 201, body: { userName, active: true } });
  return made.body.id;
}

/** As Entra ID does. */
async function createAsEntra(idp: Call, userName: string, [givenName, familyName]: [string, string]) {
  expect((await idp('GET', `/Users?${where(`userName eq "${userName}"`)}`)).body.totalResults).toBe(0);
  const made = await idp('POST', '/Users', {
    schemas: [USER, ENTERPRISE],
    externalId: userName.split('@')[0],
    userName,
    active: true,
    addresses: null,
    displayName: `${givenName} ${familyName}`,
    emails: [{ primary: true, type: 'work', value: userName }],
    meta: { resourceType: 'User' },
    name: { formatted: `${givenName} ${familyName}`, familyName, givenName },
    phoneNumbers: null,
    title: null,
    [ENTERPRISE]: { department: 'IT' },
  });
  expect(made).toMatchObject({ status: 201, body: { userName, active: true } });
  return made.body.id;
}

/** An owner of a workspace that has proven a domain, and whose provider's group Platform makes editors. */
async function newProvisioned(): Promise<{ owner: Person; domain: string }> {
  const owner = await newOwner('Sky Scim', 'Provisioned by groups');
  const domain = `${randomBytes(6).toString('hex')}.example`;
  await query('insert into domain_claim (domain, workspace_id, verified_at) values ($1, $2, now())', [
    domain,
    owner.workspaceId,
  ]);
  await query(
    `insert into sso_connection (workspace_id, id, name, status, group_roles, default_role, activated_at, created_at, updated_at)
     values ($1, gen_random_uuid(), 'Okta', 'active', $2, 'viewer', now(), now(), now())`,
    [owner.workspaceId, JSON.stringify([{ group: 'Platform', role: 'editor' }])],
  );
  return { owner, domain };
}

/** Settings, Provisioning: asked for a proof first, then shown once. */
async function createToken(page: Page, owner: Person): Promise<string> {
  await page.goto('/settings/scim');
  await makeStale(owner.userId);
  await page.getByRole('button', { name: 'Create token' }).click();
  await page.getByLabel('Name').fill('Okta');
  await page.getByRole('button', { name: 'Create token' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.locator('input[name=password]').fill(PASSWORD);
  await expect(page.getByTestId('token-text')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  const token = await page.getByTestId('token-text').innerText();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: 'End Okta' })).toBeVisible();
  expect(await page.content()).not.toContain(token);
  return token;
}

const roleOf = (page: Page, name: string) => page.getByLabel(`Role of ${name}`);

test('an identity provider brings people and groups, and ends with its token', async ({ page, context }) => {
  const { owner, domain } = await newProvisioned();
  await login(context, owner);
  const idp = providerWith(await createToken(page, owner));

  const ida = await createAsOkta(idp, `ida@${domain}`, ['Ida', 'Okta']);
  const ivo = await createAsEntra(idp, `ivo@${domain}`, ['Ivo', 'Entra']);
  const iris = await createAsOkta(idp, `iris@${domain}`, ['Iris', 'Third']);
  const found = await idp('GET', `/Users?${where(`userName eq "IDA@${domain}"`)}`);
  expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: ida }] });
  // The owner's address is of another domain, so the provider has no say in them.
  const paged: string[] = [];
  for (const startIndex of [1, 3, 5]) {
    const { body } = await idp('GET', `/Users?startIndex=${startIndex}&count=2`);
    expect(body).toMatchObject({ totalResults: 3, startIndex });
    paged.push(...(body.Resources ?? []).map(({ id }) => id));
  }
  expect(paged).toEqual([ida, ivo, iris]);

  const group = await idp('POST', '/Groups', { schemas: [GROUP], displayName: 'Platform', members: [] });
  expect(group.status).toBe(201);
  const path = `/Groups/${group.body.id}`;
  const asOkta = { op: 'add', path: 'members', value: [{ value: ida, display: `ida@${domain}` }] };
  expect((await idp('PATCH', path, patchOf(asOkta))).status).toBe(204);
  const asEntra = { op: 'Add', path: 'members', value: [{ $ref: null, value: ivo }, { value: iris }] };
  expect((await idp('PATCH', path, patchOf(asEntra))).status).toBe(204);
  const listed = await idp('GET', `/Groups?excludedAttributes=members&${where('displayName eq "platform"')}`);
  expect(listed.body).toMatchObject({ totalResults: 1, Resources: [{ id: group.body.id }] });

  await page.goto('/settings/people');
  for (const name of ['Ida Okta', 'Ivo Entra', 'Iris Third']) {
    await expect(roleOf(page, name), name).toHaveValue('editor');
  }
  await expect(page.getByRole('row').filter({ hasText: `ida@${domain}` })).toContainText(
    'By your identity provider',
  );
  await expectAccessible(page);

  const outAsOkta = { op: 'remove', path: `members[value eq "${ida}"]` };
  const outAsEntra = { op: 'Remove', path: 'members', value: [{ $ref: null, value: ivo }] };
  expect((await idp('PATCH', path, patchOf(outAsOkta))).status).toBe(204);
  expect((await idp('PATCH', path, patchOf(outAsEntra))).status).toBe(204);
  expect((await idp('GET', path)).body.members?.map(({ value }) => value)).toEqual([iris]);
  const idaPut = { schemas: [USER], userName: `ida@${domain}`, displayName: 'Ida Lovelace', active: true };
  expect(await idp('PUT', `/Users/${ida}`, idaPut)).toMatchObject({ status: 200 });
  const ivoPatch = patchOf(
    { op: 'Replace', path: 'displayName', value: 'Ivo Newman' },
    { op: 'Replace', path: 'name.familyName', value: 'Newman' },
  );
  expect(await idp('PATCH', `/Users/${ivo}`, ivoPatch)).toMatchObject({ status: 200 });
  await page.reload();
  await expect(roleOf(page, 'Ida Lovelace')).toHaveValue('viewer');
  await expect(roleOf(page, 'Ivo Newman')).toHaveValue('viewer');
  await expect(roleOf(page, 'Iris Third')).toHaveValue('editor');

  await page.goto('/settings/scim');
  await expect(page.getByText('3 active, 0 deactivated')).toBeVisible();
  const groups = page.getByRole('region', { name: 'Groups' });
  await expect(groups.getByRole('row').filter({ hasText: 'Platform' })).toContainText(/1\s*Editor/);
  await page.getByRole('button', { name: 'End Okta' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End token' }).click();
  await expect(page.getByText('There is none, so your identity provider')).toBeVisible();
  const refused = await idp('PATCH', `/Users/${iris}`, patchOf({ op: 'replace', value: { active: false } }));
  expect(refused).toMatchObject({
    status: 401,
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' },
  });
  expect((await idp('GET', '/Users')).status).toBe(401);
  await page.goto('/settings/people');
  await expect(roleOf(page, 'Iris Third')).toBeVisible();
  await expect(page.getByText('Switched off')).toHaveCount(0);
});

test('whom the identity provider deactivates is out within a second, and their token with them', async ({
  page,
  context,
  newPage,
}) => {
  const { owner, domain } = await newProvisioned();
  await login(context, owner);
  const idp = providerWith(await createToken(page, owner));
  const email = `noa@${domain}`;
  const noa = await createAsEntra(idp, email, ['Noa', 'Leaver']);

  // They have no password yet: they come by single sign-on, or set one by mail.
  const theirs = await newPage();
  await theirs.goto('/forgot');
  await theirs.getByLabel('Email').fill(email);
  await theirs.getByRole('button', { name: 'Send a link' }).click();
  await followMail(theirs, email, 'Set a new password for Belvedere');
  await theirs.locator('input[name=password]').fill(PASSWORD);
  await theirs.getByRole('button', { name: 'Set password' }).click();
  await expect(theirs.getByText('The new password is set')).toBeVisible();
  await typePassword(theirs, email);
  await expect(theirs).toHaveURL(/\/overview$/);
  await theirs.goto('/settings/tokens');
  await theirs.getByRole('button', { name: 'New token' }).click();
  await theirs.getByLabel('Name').fill('Laptop');
  await theirs.getByRole('button', { name: 'Create token' }).click();
  const headers = { authorization: `Bearer ${await theirs.getByTestId('token-text').innerText()}` };
  const byToken = async () => (await fetch(`${stack().baseUrl}/api/overview`, { headers })).status;
  const bySession = async () => (await theirs.request.get('/api/overview')).status();
  expect(await Promise.all([byToken(), bySession()])).toEqual([200, 200]);

  const off = await idp('PATCH', `/Users/${noa}`, patchOf({ op: 'Replace', path: 'active', value: 'False' }));
  const since = performance.now();
  expect(off).toMatchObject({ status: 200, body: { active: false } });
  expect(await Promise.all([byToken(), bySession()])).toEqual([401, 401]);
  expect(performance.now() - since).toBeLessThan(1_000);
  await theirs.reload();
  await expect(theirs).toHaveURL(/\/sign-in$/);
  await page.goto('/settings/people');
  await expect(page.getByRole('row').filter({ hasText: email })).toContainText('Switched off');

  // As Okta brings somebody back: the token is good again, and what was open stays closed.
  const on = await idp('PATCH', `/Users/${noa}`, patchOf({ op: 'replace', value: { active: true } }));
  expect(on).toMatchObject({ status: 200, body: { active: true } });
  expect(await Promise.all([byToken(), bySession()])).toEqual([200, 401]);
  await typePassword(theirs, email);
  await expect(theirs).toHaveURL(/\/overview$/);
  await page.reload();
  await expect(page.getByText('Switched off')).toHaveCount(0);
});
