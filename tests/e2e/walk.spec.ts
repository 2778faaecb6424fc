import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { add } from '../../src/domain/money';
import { addMonths, dayOf, monthOf } from '../../src/domain/period';
import { firstLoadWindows, monthsOf } from '../../src/domain/sync-plan';
import { formatCount } from '../../src/ui/format';
import { MANAGEMENT } from './support/accounts';
import { createStack, openConsole } from './support/console';
import { apiOverview, choose, exactTotal, menu, overviewShows, savedText } from './support/overview';
import { expect, test } from './support/test';
import { query } from './support/database';

const PASSWORD = 'a stranger walks in';
const WORKSPACE = 'Walkers & Co';
// A connection takes the account's name once AWS has told it.
const CONNECTION = 'Acme Group';

test.use({ account: MANAGEMENT });
test.setTimeout(150_000);

const place = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true });

async function signUp(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Make a workspace' }).click();
  await page.getByLabel('Your name').fill('Wanda Walker');
  await page.getByLabel('Workspace').fill(WORKSPACE);
  await page.getByLabel('Email').fill(email);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the workspace' }).click();
  await expect(page.getByRole('heading', { name: 'No account is connected' })).toBeVisible();
}

async function connect(page: Page): Promise<void> {
  await page.getByRole('main').getByRole('link', { name: 'Connect an AWS account' }).click();
  await page.getByLabel('AWS account, 12 digits').fill('4471 8820 1936');
  const struck = page.getByRole('checkbox', { name: /^Budgets, commitments/ });
  await expect(struck).toBeChecked();
  await struck.uncheck();
  await expect(page.getByText('Without it budgets, Savings Plans')).toBeVisible();
  await expect(page.getByRole('checkbox', { name: /^Billing and cost/ })).toBeDisabled();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/connections\/[0-9a-f-]{36}$/);
  await expect(page.getByText('4471 8820 1936')).toBeVisible();
}

async function launchAndWatch(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
  const console = await openConsole(page, page.getByRole('link', { name: /^Launch stack in AWS/ }));
  await expect(console.getByTestId('param-ReadCommitments')).toHaveValue('No');
  await expect(console.getByTestId('param-ReadOrganization')).toHaveValue('Yes');
  await createStack(console, MANAGEMENT);
  const opened = page.getByText('✓ opened · account matches');
  await expect(opened).toBeVisible({ timeout: 5_000 });
  await expect(page.getByText('✓ refused')).toHaveCount(2);
  await console.close();
  const sync = page.getByTestId('sync');
  await expect(sync).toHaveAttribute('data-status', 'done', { timeout: 30_000 });
  const months = monthsOf(firstLoadWindows(new Date())).length;
  await expect(sync).toContainText(`${months} of ${months}`);
  expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true);
}

async function readFigures(page: Page): Promise<void> {
  await place(page, 'Overview').click();
  await expect(page.getByTestId('total')).toBeVisible();
  await page.getByTestId('agreement').click();
  const aws = await page.getByTestId('agreement-aws').innerText();
  expect(aws).toMatch(/^\d+\.\d+ USD$/);
  await expect(page.getByTestId('agreement-ours')).toHaveText(aws);
  await expect(page.getByTestId('agreement')).toContainText('Matches AWS');
  await page.keyboard.press('Escape');

  const overview = await overviewShows(page);
  expect(Number(overview.kpis.total)).toBeGreaterThan(0);
  expect(add(...overview.lines.map((line) => line.amount))).toBe(add(overview.kpis.total));
  const cells = page.getByRole('region', { name: 'Services' }).locator('tbody td:nth-child(2) [title]');
  const shown = await cells.evaluateAll((all) => all.map((one) => one.getAttribute('title') ?? ''));
  const amounts = shown.map((title) => /^Exactly (\S+) USD$/.exec(title)?.[1] ?? 'none');
  expect(add(...amounts)).toBe(add(overview.kpis.total));
}

async function filterAndGroup(page: Page): Promise<void> {
  const whole = await exactTotal(page);
  const first = page.getByRole('region', { name: 'Services' }).locator('tbody tr').first().getByRole('link');
  const service = await first.innerText();
  await first.click();
  await expect(page).toHaveURL(/[?&]service=/);
  await expect(page.getByTitle('Take this filter away')).toContainText(service);
  const filtered = await overviewShows(page);
  expect(filtered.services.map((line) => line.label)).toEqual([service]);
  expect(add(filtered.kpis.total)).not.toBe(add(whole));

  await page.getByRole('region', { name: 'Daily cost' }).getByRole('link', { name: 'Account' }).click();
  await expect(page).toHaveURL(/by=account/);
  const accounts = page.getByRole('region', { name: 'Accounts' });
  await expect(accounts.getByRole('link', { name: 'acme-production' })).toBeVisible();
  await page.reload();
  await expect(page).toHaveURL(/service=.*by=account|by=account.*service=/);
  await expect(accounts.getByRole('link', { name: 'acme-production' })).toBeVisible();
  await overviewShows(page);

  await page.getByRole('link', { name: 'Clear all' }).click();
  await expect(page).not.toHaveURL(/service=/);
  await page.getByRole('region', { name: 'Daily cost' }).getByRole('link', { name: 'Region' }).click();
  await expect(page.getByRole('region', { name: 'Regions' })).toBeVisible();
  await expect(page).toHaveURL(/by=region/);
  const overview = await overviewShows(page);
  expect(overview.lines.length).toBeGreaterThan(1);
  expect(add(overview.kpis.total)).toBe(add(whole));
}

async function chooseDates(page: Page): Promise<void> {
  await place(page, 'Overview').click();
  await expect(page).toHaveURL(/\/overview$/);
  await choose(page, /20\d\d/, 'Last month');
  await expect(page).toHaveURL(/dates=last-month/);
  const month = addMonths(monthOf(dayOf(new Date())), -1);
  expect((await overviewShows(page)).range.start).toBe(month);

  await menu(page, 'Last month').click();
  await page.getByRole('button', { name: 'Choose days' }).click();
  const monthName = new Date(month).toLocaleString('en-US', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  await page.getByRole('button', { name: `3 ${monthName}`, exact: true }).click();
  await page.getByRole('button', { name: `12 ${monthName}`, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`from=${month.slice(0, 8)}03&to=${month.slice(0, 8)}12`));
  expect((await overviewShows(page)).days).toHaveLength(10);
}

async function chooseCost(page: Page): Promise<void> {
  // Ends in the middle of a month, as a purchase spread over a month must, to differ from what is billed.
  await page.goto('/overview?dates=last-90');
  const amortized = (await overviewShows(page)).kpis.total;
  await choose(page, 'Amortized', 'Unblended');
  await expect(page).toHaveURL(/cost=unblended/);
  const unblended = await overviewShows(page);
  expect(unblended.metric).toBe('unblended');
  expect(add(unblended.kpis.total)).not.toBe(add(amortized));
  await expect(page.getByTestId('agreement')).toContainText('Matches AWS');
  let before = unblended.kpis.total;
  for (const part of ['Credits', 'Refunds', 'Tax']) {
    await choose(page, 'Unblended', part);
    await expect(page).toHaveURL(new RegExp(`${part.toLowerCase()}=off`));
    const { kpis } = await overviewShows(page);
    const isMore = Number(kpis.total) > Number(before);
    expect(isMore, `${part}: ${before} becomes ${kpis.total}`).toBe(part !== 'Tax');
    expect(add(kpis.total)).not.toBe(add(before));
    before = kpis.total;
  }
}

async function downloadChart(page: Page): Promise<void> {
  await page.goto('/overview?dates=last-7&by=account');
  const overview = await overviewShows(page);
  const chart = page.getByRole('region', { name: 'Daily cost' });
  const csv = await savedText(page, chart.getByRole('link', { name: 'CSV' }));
  const [header = [], ...rows] = csv.text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  const labels = overview.series.map((series) => series.label);
  for (const label of labels)
    await expect(
      page.getByRole('region', { name: 'Daily cost' }).getByText(label, { exact: true }),
    ).toBeVisible();
  expect(header).toEqual(['day', ...labels.map((label) => `${label} (USD)`), 'total (USD)']);
  expect(rows.map(([day]) => day)).toEqual(overview.days);
  expect(add(...rows.map((row) => row.at(-1) ?? 'none'))).toBe(add(await exactTotal(page)));
}

/** Leaves one view behind: "Sevens", of the last seven days by account. */
async function saveViews(page: Page): Promise<void> {
  const name = page.getByLabel('Name of the view');
  await page.getByRole('button', { name: 'Save view' }).click();
  await name.fill('Seven days');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Seven days' })).toBeVisible();
  const saved = new URL(page.url());
  expect(saved.search).toMatch(/^\?dates=last-7&by=account&view=[0-9a-f-]{36}$/);
  const total = await exactTotal(page);

  await place(page, 'Views').click();
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByLabel('New name of Seven days').fill('Sevens');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('main').getByRole('link', { name: 'Sevens' }).click();
  await expect(page).toHaveURL(saved.href);
  await expect(page.getByRole('heading', { level: 1, name: 'Sevens' })).toBeVisible();
  expect(await exactTotal(page)).toBe(total);

  await choose(page, 'Amortized', 'Unblended');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByLabel('Save as a new view').fill('Sevens, unblended');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sevens, unblended' })).toBeVisible();
  await place(page, 'Views').click();
  const row = page.getByRole('row', { name: /^Sevens, unblended/ });
  await row.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete for everyone' }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('link', { name: 'Sevens' })).toBeVisible();
}

async function readLedger(page: Page): Promise<void> {
  await place(page, 'Connections').click();
  await page.getByRole('main').getByRole('link', { name: CONNECTION }).click();
  await page.getByRole('link', { name: 'Access ledger' }).click();
  const kinds = page.getByRole('region', { name: 'Kinds of call' });
  await expect(kinds.getByText('AssumeRole').first()).toBeVisible();
  const csv = await savedText(page, page.getByRole('link', { name: 'CSV' }));
  const lines = csv.text.trimEnd().split('\r\n');
  const calls = page.getByRole('region', { name: 'Calls to AWS' }).first();
  await expect(calls.getByText(`${formatCount(lines.length - 1)} in all`)).toBeVisible();
  await kinds
    .getByRole('link', { name: /GetCostAndUsage$/ })
    .first()
    .click();
  const asked = page.getByRole('region', { name: /GetCostAndUsage, ok$/ });
  const count = lines.filter((line) => line.includes(',GetCostAndUsage,ok,')).length;
  await expect(asked.getByText(`${formatCount(count)} in all`)).toBeVisible();
  expect(lines[0]).toBe(
    'time,account,region,service,action,outcome,milliseconds,aws_request_id,session_name',
  );
}

function expectGenuine(file: string, keyFile: string): void {
  const said = execFileSync(process.execPath, ['scripts/verify-receipt.mjs', file, keyFile], {
    encoding: 'utf8',
  });
  expect(said).toContain('The signature fits');
}

async function revoke(page: Page, keyFile: string): Promise<void> {
  await place(page, 'Settings').click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Connections' }).click();
  await page.getByRole('link', { name: 'Revoke' }).click();
  const goes = page.getByRole('region', { name: 'What goes' });
  await expect(goes.getByRole('row', { name: /^Charges/ })).toBeVisible();
  const confirmation = page.getByLabel(`Type ${CONNECTION} to confirm`);
  const button = page.getByRole('button', { name: 'Revoke and erase' });
  await confirmation.fill('acme group');
  await expect(button).toBeDisabled();
  await confirmation.fill(CONNECTION);
  await button.click();

  await expect(page.getByRole('heading', { name: 'The connection is erased' })).toBeVisible();
  await expect(page.getByText('✓ Signed · verified')).toBeVisible();
  const rows = page.getByRole('region', { name: 'What was erased' }).locator('tbody tr');
  expect(await rows.count()).toBeGreaterThan(5);
  for (const row of await rows.all()) {
    await expect(row.locator('td').first()).not.toHaveText('0');
    await expect(row.locator('td').last()).toHaveText('0');
  }
  const receipt = await savedText(page, page.getByRole('link', { name: 'Download receipt' }));
  expect(receipt.text).not.toContain(MANAGEMENT);
  expectGenuine(receipt.file, keyFile);
}

async function removeRole(page: Page): Promise<void> {
  const panel = page.getByRole('region', { name: 'On the AWS side' });
  await panel.getByRole('button', { name: 'Check that it no longer opens' }).click();
  await expect(panel.getByText('role still there')).toBeVisible();
  const console = await openConsole(page, panel.getByRole('link', { name: /^Open in CloudFormation/ }));
  await console.getByTestId('account-select').selectOption(MANAGEMENT);
  await console.getByTestId('delete-stack').click();
  await expect(console.getByText('No stacks in this account.')).toBeVisible();
  await console.close();
  await panel.getByRole('button', { name: 'Check again' }).click();
  await expect(panel.getByText('✓ no longer opens for us')).toBeVisible();
}

async function seeEmptiness(page: Page): Promise<void> {
  await place(page, 'Sevens').click();
  await expect(page.getByRole('heading', { name: 'This view is kept, its data is erased' })).toBeVisible();
  await place(page, 'Overview').click();
  await expect(page.getByRole('heading', { name: 'All cost data is erased' })).toBeVisible();
  await page.getByRole('link', { name: 'Read the receipt' }).click();
  await expect(page.getByRole('heading', { name: 'The connection is erased' })).toBeVisible();
  expect(await apiOverview(page, '')).toBeNull();
}

async function deleteAccount(page: Page, keyFile: string): Promise<void> {
  await place(page, 'Settings').click();
  await page.getByRole('link', { name: 'Delete workspace' }).click();
  const button = page.getByRole('button', { name: 'Delete everything' });
  await page.getByLabel(`Type ${WORKSPACE} to confirm`).fill('Walkers');
  await expect(button).toBeDisabled();
  await page.getByLabel(`Type ${WORKSPACE} to confirm`).fill(WORKSPACE);
  // As if the sign-in were longer ago than five minutes.
  await query(`update auth_session set stepped_up_at = now() - interval '6 minutes'`, []);
  await button.click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.locator('input[name=password]').fill('not the right password');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog.getByText('The password is not right.')).toBeVisible();
  await dialog.locator('input[name=password]').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByTestId('deleted')).toContainText('The workspace is deleted.');
  const receipt = await savedText(page, page.getByRole('button', { name: 'Download receipt' }));
  expectGenuine(receipt.file, keyFile);
}

test('a stranger signs up, connects, reads, revokes and leaves without a trace', async ({ page, held }) => {
  expect(held).toBe(MANAGEMENT);
  const email = `wanda-${Date.now()}@walkers.example`;
  const keyFile = test.info().outputPath('receipt-key.pem');
  writeFileSync(keyFile, await (await page.request.get('/receipt-key.pem')).text());
  await test.step('signs up', () => signUp(page, email));
  await test.step('connects an account', () => connect(page));
  await test.step('launches the stack and watches', () => launchAndWatch(page));
  await test.step('reads the figures', () => readFigures(page));
  await test.step('filters and groups', () => filterAndGroup(page));
  await test.step('chooses dates', () => chooseDates(page));
  await test.step('chooses what counts as cost', () => chooseCost(page));
  await test.step('downloads what is on screen', () => downloadChart(page));
  await test.step('saves views', () => saveViews(page));
  await test.step('reads the access ledger', () => readLedger(page));
  await test.step('revokes', () => revoke(page, keyFile));
  await test.step('removes the role', () => removeRole(page));
  await test.step('sees what is left', () => seeEmptiness(page));
  await test.step('deletes the account', () => deleteAccount(page, keyFile));
  await test.step('cannot sign in any more', async () => {
    await page.goto('/sign-in');
    await page.getByLabel('Email').fill(email);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('input[name=password]').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByText('The email address or the password is not right.')).toBeVisible();
  });
});
