import { expectAccessible } from '../support/accessible';
import { stack } from '../support/stack';
import { makeStale, newPerson, newOwner, PASSWORD } from '../support/people';
import { login } from '../support/session';
import { expect, test } from '../support/test';

const ask = (path: string, token: string) =>
  fetch(`${stack().baseUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });

test('a token is made after a question, shown once, opens what it may, and is ended', async ({
  page,
  context,
}) => {
  const person = await newPerson('Theo Token', { workspaceId: stack().shared.workspaceId, role: 'editor' });
  await login(context, person);
  await page.goto('/settings/tokens');
  await makeStale(person.userId);
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('Name').fill('Nightly report');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create token' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.locator('input[name=password]').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  const token = await page.getByTestId('token-text').innerText();
  expect(token).toMatch(/^bvd_/);
  await expectAccessible(page);

  const answer = await ask('/api/overview?dates=last-month', token);
  expect(answer.status).toBe(200);
  const { overview } = (await answer.json()) as { overview: { kpis: { total: string } } };
  expect(Number(overview.kpis.total)).toBeGreaterThan(0);
  // Costs were ticked, and nothing else.
  expect((await ask(`/api/connections/${stack().shared.connectionId}/ledger.csv`, token)).status).toBe(403);
  expect((await ask('/api/overview', `${token.slice(0, -1)}_`)).status).toBe(401);

  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.reload();
  await expect(page.getByText('Nightly report')).toBeVisible();
  expect(await page.content()).not.toContain(token);
  await page.getByRole('button', { name: 'End Nightly report' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End token' }).click();
  await expect(page.getByText('You have none.')).toBeVisible();
  expect((await ask('/api/overview', token)).status).toBe(401);
});

test('the identity provider gets a token of its own, which opens nothing else', async ({ page, context }) => {
  const owner = await newOwner('Sue Scim', 'Provisioned');
  await login(context, owner);
  await page.goto('/settings/scim');
  await expect(page.getByText('/scim/v2').first()).toBeVisible();
  await page.getByRole('button', { name: 'Create token' }).click();
  await page.getByLabel('Name').fill('Okta');
  await page.getByRole('button', { name: 'Create token' }).click();
  const token = await page.getByTestId('token-text').innerText();
  const answer = await ask('/scim/v2/Users?count=1', token);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toHaveProperty('totalResults');
  expect((await ask('/api/overview', token)).status).toBeGreaterThanOrEqual(401);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('button', { name: 'End Okta' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End token' }).click();
  await expect(page.getByText('There is none, so your identity provider')).toBeVisible();
  expect((await ask('/scim/v2/Users?count=1', token)).status).toBe(401);
});
