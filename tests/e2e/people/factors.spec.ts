import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible';
import { addApp, attachAuthenticator, codeOf, forgetLastCode } from '../support/factors';
import { newOwner, typePassword, type Person } from '../support/people';
import { login } from '../support/session';
import { expect, test } from '../support/test';

const WRONG = 'That is not right, or was used before.';
async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
}

/** Signed in, with an app; the page shows Settings, Sign-in. */
async function withApp(page: Page, name: string): Promise<{ person: Person; secret: string }> {
  const person = await newOwner(name, 'Factors');
  await login(page.context(), person);
  await page.goto('/settings/sign-in');
  const secret = await addApp(page);
  await expect(
    page.getByRole('region', { name: 'Authenticator app' }).getByText('on', { exact: true }),
  ).toBeVisible();
  return { person, secret };
}

test('an app is added by its code, and asked for after the password', async ({ page }) => {
  const { person, secret } = await withApp(page, 'Tom Totp');
  await signOut(page);
  await typePassword(page, person.email);
  await expect(page.getByRole('heading', { name: 'Second factor' })).toBeVisible();
  await page.goto('/overview');
  await expect(page, 'the password alone opens nothing').toHaveURL(/\/sign-in$/);

  const code = page.getByLabel('Code from your app');
  const used = codeOf(secret);
  for (const wrong of [codeOf(secret, -120), used]) {
    await page.goto('/sign-in/factor');
    await code.fill(wrong);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText(WRONG)).toBeVisible();
  }
  await forgetLastCode(person.userId);
  await page.goto('/sign-in/factor');
  await code.fill(codeOf(secret));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/overview$/);
});

test('a wrong code adds nothing', async ({ page, context }) => {
  const person = await newOwner('Wes Wrong', 'Factors');
  await login(context, person);
  await page.goto('/settings/sign-in');
  const panel = page.getByRole('region', { name: 'Authenticator app' });
  await panel.getByRole('button', { name: 'Add' }).click();
  const dialog = page.getByRole('dialog', { name: 'Authenticator app' });
  await dialog.getByLabel('Code from your app').fill('123 456');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog.getByText('The code is not right.')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await page.reload();
  await expect(panel.getByText('off', { exact: true })).toBeVisible();
});

test('a recovery code stands in for the app, once', async ({ page }) => {
  const { person } = await withApp(page, 'Rex Recovery');
  const panel = page.getByRole('region', { name: 'Recovery codes' });
  await panel.getByRole('button', { name: 'Make codes' }).click();
  await expect(panel.getByRole('listitem')).toHaveCount(10);
  await expectAccessible(page);
  const codes = await panel.getByRole('listitem').allInnerTexts();
  expect(new Set(codes).size).toBe(10);
  await panel.getByRole('button', { name: 'I have kept them' }).click();
  await expect(panel.getByText('10 left')).toBeVisible();
  await expect(panel.getByRole('listitem')).toHaveCount(0);
  await signOut(page);

  const enter = async () => {
    await typePassword(page, person.email);
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(codes[3] ?? '');
    await page.getByRole('button', { name: 'Continue' }).click();
  };
  await enter();
  await expect(page).toHaveURL(/\/overview$/);
  await page.goto('/settings/sign-in');
  await expect(panel.getByText('9 left')).toBeVisible();
  await signOut(page);
  await enter();
  await expect(page.getByText(WRONG)).toBeVisible();
});

test('a passkey is added, signs in alone, and serves as second factor', async ({ page, context }) => {
  const person = await newOwner('Pia Passkey', 'Factors');
  await login(context, person);
  await attachAuthenticator(page);
  await page.goto('/settings/sign-in');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' });
  await dialog.getByLabel('Name').fill('This laptop');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog).toHaveCount(0);
  const passkeys = page.getByRole('region', { name: 'Passkeys' });
  await expect(passkeys.getByText('This laptop')).toBeVisible();
  await expect(passkeys.getByText('never used')).toBeVisible();
  await signOut(page);

  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).toHaveURL(/\/overview$/);
  await signOut(page);

  await typePassword(page, person.email);
  await expect(page).toHaveURL(/\/sign-in\/factor$/);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page).toHaveURL(/\/overview$/);

  await page.goto('/settings/sign-in');
  await page.getByRole('button', { name: 'Remove This laptop' }).click();
  await expect(passkeys.getByText('This laptop')).toHaveCount(0);
  await signOut(page);
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText('The passkey was not accepted')).toBeVisible();
  await typePassword(page, person.email);
  await expect(page, 'nothing more is asked for').toHaveURL(/\/overview$/);
});
