import { randomUUID } from 'node:crypto';
import { query } from '../support/database';
import { followMail, mailsTo } from '../support/mail';
import { newOwner, newPerson, PASSWORD, typePassword } from '../support/people';
import { newWorkspace } from '../support/session';
import { expect, test } from '../support/test';

const WRONG = 'The email address or the password is not right.';

test('somebody signs up and confirms their address by the mail', async ({ page }) => {
  const email = `${randomUUID()}@door.example`;
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill('Nora New');
  await page.getByLabel('Workspace').fill('Newfound');
  await page.getByLabel('Email').fill(email);
  await page.locator('input[name=password]').fill('short');
  await page.getByRole('button', { name: 'Make the workspace' }).click();
  await expect(page.getByText('A password has at least 12 characters.')).toBeVisible();
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the workspace' }).click();
  await expect(page).toHaveURL(/\/overview$/);

  await page.goto('/settings');
  await expect(page.getByRole('region', { name: 'You' }).getByText('not confirmed')).toBeVisible();
  await followMail(page, email, 'Confirm your address for Belvedere');
  await expect(page.getByRole('heading', { name: 'Confirm your address' })).toBeVisible();
  const link = page.url();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page).toHaveURL(/\/overview$/);
  await page.goto('/settings');
  await expect(page.getByText(email).first()).toBeVisible();
  await expect(page.getByText('not confirmed')).toHaveCount(0);

  await page.goto(link);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('This link was used, or its time is over.')).toBeVisible();
});

test('somebody signs in with address and password, and comes to where they wanted to go', async ({
  page,
}) => {
  const { email } = await newOwner('Ines In', 'Inside');
  await typePassword(page, email, 'opens with other words');
  await expect(page.getByText(WRONG)).toBeVisible();
  await page.getByRole('button', { name: `Not ${email}?` }).click();
  await expect(page.getByLabel('Email')).toBeVisible();
  await expect(page.getByText(WRONG)).toHaveCount(0);
  await page.goto('/sign-in?next=%2Fsettings%2Fsessions');
  await page.getByLabel('Email').fill(email);
  await page.keyboard.press('Enter');
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/settings\/sessions$/);
  await expect(page.getByText('this one')).toBeVisible();
});

test('whoever forgot their password sets a new one, and every old session is over', async ({
  page,
  newPage,
}) => {
  const person = await newOwner('Fay Forgetful', 'Forgotten');
  const elsewhere = await newPage(person);
  await elsewhere.goto('/overview');
  await expect(elsewhere.getByRole('heading', { name: 'No account is connected' })).toBeVisible();

  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(person.email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('link', { name: 'Forgot the password?' }).click();
  await page.getByLabel('Email').fill(person.email);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page.getByText('a link is on its way')).toBeVisible();
  await followMail(page, person.email, 'Set a new password for Belvedere');
  await page.locator('input[name=password]').fill('words that are new to all');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('The new password is set')).toBeVisible();

  await elsewhere.goto('/overview');
  await expect(elsewhere).toHaveURL(/\/sign-in$/);
  await typePassword(page, person.email);
  await expect(page.getByText(WRONG)).toBeVisible();
  await typePassword(page, person.email, 'words that are new to all');
  await expect(page).toHaveURL(/\/overview$/);
});

test('an address without an account gets the same answer and no mail', async ({ page }) => {
  const email = `${randomUUID()}@nobody.example`;
  await page.goto('/forgot');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page.getByText('a link is on its way')).toBeVisible();
  expect(await mailsTo(email)).toEqual([]);
});

test('somebody without a workspace is told so, and can sign out', async ({ page }) => {
  const { email } = await newPerson('Noa None');
  await typePassword(page, email);
  await expect(page.getByRole('heading', { name: 'You belong to no workspace' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('somebody in two workspaces goes from one to the other', async ({ page, context, watch }) => {
  const person = await newOwner('Tess Two', 'First of two');
  const other = await newWorkspace('Second of two');
  await query(`insert into membership (workspace_id, user_id, role) values ($1, $2, 'viewer')`, [
    other.workspaceId,
    person.userId,
  ]);
  await typePassword(page, person.email);
  await expect(page).toHaveURL(/\/overview$/);
  const nav = page.getByRole('navigation', { name: 'Main' });
  const open = nav.getByRole('button', { name: /^Workspace: / });
  const before = await open.getAttribute('aria-label');
  const next = before?.includes('First') ? 'Second of two' : 'First of two';
  const [old] = (await context.cookies()).filter(({ name }) => name.endsWith('belvedere-session'));
  await open.click();
  await page.getByRole('menuitem', { name: next }).click();
  await expect(nav.getByRole('button', { name: `Workspace: ${next}` })).toBeVisible();
  // What the session may do has changed, so its old token opens nothing.
  const [now] = (await context.cookies()).filter(({ name }) => name.endsWith('belvedere-session'));
  expect(now?.value).not.toBe(old?.value);

  // The role goes with the workspace.
  await page.goto('/settings');
  await expect(page.getByText(`Role in ${next}`)).toBeVisible();
  watch.expectProblem(/status of 403/);
  const answer = await page.goto('/settings/delete');
  expect(answer?.status()).toBe(next === 'Second of two' ? 403 : 200);
});
