import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible';
import { query } from '../support/database';
import { addApp } from '../support/factors';
import { makeStale, newOwner, newPerson, PASSWORD, typePassword } from '../support/people';
import { login } from '../support/session';
import { stack } from '../support/stack';
import { expect, test } from '../support/test';

const asked = (page: Page) => page.getByRole('dialog', { name: 'Confirm that it is you' });

test('whoever is asked to confirm can leave it, and then nothing is done', async ({ page, context }) => {
  const person = await newPerson('Cleo Cancels', { workspaceId: stack().shared.workspaceId, role: 'owner' });
  await login(context, person);
  await page.goto(`/settings/connections/${stack().shared.connectionId}`);
  await makeStale(person.userId);
  const confirmation = page.locator('#confirmation');
  await confirmation.fill((await page.locator('label[for=confirmation] b').innerText()).trim());
  await page.getByRole('button', { name: 'Revoke and erase' }).click();
  await expect(asked(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(asked(page)).toHaveCount(0);
  const [kept] = await query('select revoked_at from connection where id = $1', [
    stack().shared.connectionId,
  ]);
  expect(kept).toEqual({ revoked_at: null });
  await expect(page.getByRole('button', { name: 'Revoke and erase' })).toBeEnabled();
  await expect(confirmation, 'what was typed is still there').not.toHaveValue('');
});

test('a wrong password is said so, and the right one goes on without typing anything again', async ({
  page,
  context,
}) => {
  const person = await newOwner('Stella Stale', 'Stale');
  await login(context, person);
  await page.goto('/settings/people');
  await makeStale(person.userId);
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const panel = page.getByRole('region', { name: 'Invite somebody' });
  await panel.getByLabel('Email').fill('guest@stale.example');
  await panel.getByRole('button', { name: 'Invite', exact: true }).click();
  const password = asked(page).locator('input[name=password]');
  await expect(password).toBeFocused();
  await password.fill('some other words');
  await page.keyboard.press('Enter');
  await expect(asked(page).getByText('The password is not right.')).toBeVisible();
  await expectAccessible(page);
  expect(await query('select from invitation where workspace_id = $1', [person.workspaceId])).toEqual([]);
  await password.fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(asked(page)).toHaveCount(0);
  await expect(page.getByText('The invitation to guest@stale.example is mailed.')).toBeVisible();
  // It counts for five minutes: the next thing is done without a question.
  await page.getByRole('button', { name: 'Withdraw the invitation of guest@stale.example' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await expect(page.getByText('Nobody is invited at the moment.')).toBeVisible();
});

test('one browser signs the other out', async ({ page, newPage }) => {
  const person = await newOwner('Olga Other', 'Sessions');
  const other = await newPage();
  await typePassword(other, person.email);
  await expect(other).toHaveURL(/\/overview$/);
  await typePassword(page, person.email);
  await expect(page).toHaveURL(/\/overview$/);
  await page.goto('/settings/sessions');
  const rows = page.getByRole('region', { name: 'Sessions' }).locator('tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('this one');
  await expect(rows.first()).toContainText('Password');
  await rows
    .last()
    .getByRole('button', { name: /^Sign out/ })
    .click();
  await expect(rows).toHaveCount(1);
  await other.goto('/settings');
  await expect(other).toHaveURL(/\/sign-in$/);
  await page.reload();
  await expect(rows).toHaveCount(1);
});

test('everywhere else is ended at once, after a question', async ({ page, newPage, context }) => {
  const person = await newOwner('Eve Everywhere', 'Sessions');
  const others = [await newPage(person), await newPage(person)];
  await login(context, person);
  await page.goto('/settings/sessions');
  await makeStale(person.userId);
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await asked(page).locator('input[name=password]').fill(PASSWORD);
  await asked(page).getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('nowhere else')).toBeVisible();
  for (const other of others) {
    await other.goto('/overview');
    await expect(other).toHaveURL(/\/sign-in$/);
  }
});

test('a workspace that asks for a second factor lets nobody in without', async ({
  page,
  context,
  newPage,
}) => {
  const owner = await newOwner('Olaf Owner', 'Two steps');
  const member = await newPerson('Mia Member', { workspaceId: owner.workspaceId, role: 'viewer' });
  const theirs = await newPage(member);
  await theirs.goto('/overview');
  await expect(theirs.getByRole('heading', { name: 'No account is connected' })).toBeVisible();

  await login(context, owner);
  await page.goto('/settings/security');
  const needed = page.getByRole('switch', { name: 'Everybody needs one' });
  await needed.click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Add a second factor yourself first')).toBeVisible();
  await page.goto('/settings/sign-in');
  await addApp(page);
  await page.goto('/settings/security');
  await needed.click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();

  expect((await theirs.request.get('/api/overview')).status(), 'not by the API either').toBe(401);
  await theirs.goto('/overview');
  await expect(theirs).toHaveURL(/\/second-factor$/);
  await expect(theirs.getByText('Two steps asks everybody for one.')).toBeVisible();
  await addApp(theirs);
  await expect(theirs).toHaveURL(/\/overview$/);
  await expect(theirs.getByRole('heading', { name: 'No account is connected' })).toBeVisible();
});
