import type { Page } from '@playwright/test';
import { STANDALONE } from './support/accounts';
import { createStack, openConsole } from './support/console';
import { fourLooks } from './support/four-looks';
import { login, newWorkspace } from './support/session';
import { expect, test } from './support/test';

test.use({ account: STANDALONE });
test.setTimeout(240_000);

async function connect(page: Page, account: string): Promise<void> {
  await page.goto('/connections/new');
  await page.getByLabel('AWS account, 12 digits').fill(account);
  await page.getByRole('button', { name: 'Continue' }).click();
  const console = await openConsole(page, page.getByRole('link', { name: /^Launch stack in AWS/ }));
  await createStack(console, account);
  await console.close();
  await expect(page.getByTestId('sync')).toHaveAttribute('data-status', 'done', { timeout: 60_000 });
}

const tagPanel = (page: Page) => page.getByRole('region', { name: 'Tags from Cost Explorer' });
const panel = (page: Page) => page.getByRole('region', { name: 'Cost by resource from Cost Explorer' });

/** Nothing is paid for before the price has been agreed to. */
async function askForThem(page: Page): Promise<void> {
  await page.reload();
  await expect(panel(page)).toContainText('it is off until you agree to the price');
  await panel(page).getByRole('button', { name: 'Ask Cost Explorer…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(/For 1 account that is about \d+ requests? a day/);
  await fourLooks(page, 'price');
  await dialog.getByRole('button', { name: /^Agree to about \$\d+\.\d\d a day$/ }).click();
  await expect(panel(page).getByText('On', { exact: true })).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(panel(page)).toContainText('fetched', { timeout: 1_000 });
  }).toPass({ timeout: 90_000 });
  await fourLooks(page, 'connection');
}

async function lookAtResources(page: Page): Promise<void> {
  await page.goto('/resources');
  await page.getByRole('link', { name: 'Show 7 days' }).click();
  await expect(page).toHaveURL(/span=7/);
  await expect(page.getByText(/^From Cost Explorer, to/).first()).toBeVisible();
  await fourLooks(page, 'resources');
  const list = await page.request.get('/api/resources?span=7');
  const { resources } = (await list.json()) as { resources: { lines: { ref: string; source: string }[] } };
  const [dearest] = resources.lines;
  expect(dearest?.source).toBe('cost-explorer');
  await page.goto(`/resources/${dearest?.ref}`);
  await expect(page.locator('[data-drawn=true]')).toBeVisible();
  await expect(page.getByTestId('cost-30')).toContainText('Cost Explorer tells the last 14 days alone');
  await expect(page.getByTestId('charges-total')).toBeVisible();
  await fourLooks(page, 'resource');
}

test('costs by resource come from Cost Explorer once their price is agreed to, and are given up again', async ({
  page,
  context,
  held,
}) => {
  await login(context, await newWorkspace('Resourceful'));
  await test.step('connects', () => connect(page, held));
  const connection = page.url();
  await test.step('agrees to the price', () => askForThem(page));
  await test.step('looks at the resources', () => lookAtResources(page));
  await test.step('gives them up', async () => {
    await page.goto(connection);
    await panel(page).getByRole('button', { name: 'Stop asking' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('erased at once');
    await dialog.getByRole('button', { name: 'Stop and erase' }).click();
    await expect(panel(page)).toContainText('it is off until you agree to the price');
    const left = await page.request.get('/api/resources?span=7');
    const { resources } = (await left.json()) as { resources: { priced: number } };
    expect(resources.priced).toBe(0);
  });
});

test('tags come from Cost Explorer once their price is agreed to, and are given up again', async ({
  page,
  context,
  held,
}) => {
  await login(context, await newWorkspace('Worded'));
  await test.step('connects', () => connect(page, held));
  const connection = page.url();
  await test.step('agrees to the price', async () => {
    await page.reload();
    await expect(tagPanel(page)).toContainText('it is off until you agree to the price');
    await tagPanel(page).getByRole('button', { name: 'Ask for tags…' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(/That is about \d+ requests a week/);
    await fourLooks(page, 'tag-price');
    await dialog.getByRole('button', { name: /^Agree to \$\d+\.\d\d a week$/ }).click();
    await expect(tagPanel(page).getByText('On', { exact: true })).toBeVisible();
    await expect(async () => {
      await page.reload();
      await expect(tagPanel(page)).toContainText('all with their values', { timeout: 1_000 });
    }).toPass({ timeout: 90_000 });
    await fourLooks(page, 'tag-panel');
  });
  await test.step('looks at the values', async () => {
    await page.goto('/settings/tags');
    const keys = page.getByRole('region', { name: 'Tag keys' });
    const row = keys.getByRole('row', { name: /^environment / });
    await expect(row).toContainText('in Cost Explorer');
    await keys.getByRole('button', { name: /^\d+ values? of environment$/ }).click();
    const values = page.getByRole('list', { name: 'Values of environment', exact: true });
    await expect(values.getByRole('listitem').filter({ hasText: /^production/ })).toContainText(
      'in Cost Explorer',
    );
    await fourLooks(page, 'tag-values');
  });
  await test.step('gives them up', async () => {
    await page.goto(connection);
    await tagPanel(page).getByRole('button', { name: 'Ask no more for tags' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('erased at once');
    await dialog.getByRole('button', { name: 'Stop and erase' }).click();
    await expect(tagPanel(page)).toContainText('it is off until you agree to the price');
  });
});
