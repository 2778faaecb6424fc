import { expect, type Locator, type Page } from '@playwright/test';

/** Follows a link into the console's own tab. */
export async function openConsole(page: Page, link: Locator): Promise<Page> {
  const opening = page.context().waitForEvent('page');
  await link.click();
  const console = await opening;
  await expect(console.getByTestId('account-select').locator('option').first()).toBeAttached();
  return console;
}

/** Signs in as the account's administrator, acknowledges, creates, and waits for the role. */
export async function createStack(console: Page, account: string): Promise<void> {
  await console.getByTestId('account-select').selectOption(account);
  await console.getByTestId('ack-iam').check();
  await console.getByTestId('create-stack').click();
  await expect(console.getByTestId('stack-status')).toHaveText('CREATE_COMPLETE');
}
