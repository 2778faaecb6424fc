import type { Page } from '@playwright/test';
import { STANDALONE } from './support/accounts';
import { createStack, openConsole } from './support/console';
import { fourLooks } from './support/four-looks';
import { login, newWorkspace } from './support/session';
import { simulator } from './support/simulator';
import { expect, test } from './support/test';

const BUCKET = 'standalone-billing';
const PREFIX = 'exports';

test.use({ account: STANDALONE });
test.setTimeout(240_000);

/** Connects the account with the right to read the export's bucket, which is typed into the stack. */
async function connect(page: Page, account: string): Promise<void> {
  await page.goto('/connections/new');
  await page.getByLabel('AWS account, 12 digits').fill(account);
  await page.getByRole('checkbox', { name: /^Billing export files/ }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  const console = await openConsole(page, page.getByRole('link', { name: /^Launch stack in AWS/ }));
  await expect(console.getByTestId('param-ReadBillingExport')).toHaveValue('Yes');
  await console.getByTestId('param-BillingExportBucket').fill(BUCKET);
  await console.getByTestId('param-BillingExportPrefix').fill(PREFIX);
  await createStack(console, account);
  await console.close();
  await expect(page.getByTestId('sync')).toHaveAttribute('data-status', 'done', { timeout: 60_000 });
}

const months = (page: Page) => page.getByRole('region', { name: 'Months of the billing export' });

async function useExport(page: Page): Promise<void> {
  await page.reload();
  const exports = page.getByRole('region', { name: 'Billing exports', exact: true });
  await expect(exports).toContainText(`s3://${BUCKET}/${PREFIX}`);
  await exports.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(exports.getByText('In use')).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(months(page).locator('tbody tr')).toHaveCount(2, { timeout: 1_000 });
  }).toPass({ timeout: 90_000 });
  await expect(months(page).getByText('Not loaded')).toHaveCount(0);
  await fourLooks(page, 'connection');
}

/** From the list to one resource, whose days and charges add up to what the list says of it. */
async function lookAtResource(page: Page): Promise<void> {
  await page.goto('/resources');
  await expect(page.getByTestId('totals')).toBeVisible();
  const list = await page.request.get('/api/resources');
  const { resources } = (await list.json()) as {
    resources: { lines: { ref: string; name: string; id: string; costs: Record<string, { now: string }> }[] };
  };
  const dearest = resources.lines[0];
  if (!dearest) throw new Error('No resource has a cost.');
  await page.goto(`/resources/${dearest.ref}`);
  await expect(page.locator('[data-drawn=true]')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(dearest.name || dearest.id);
  const answer = await page.request.get(`/api/resources/${dearest.ref}`);
  const { resource } = (await answer.json()) as {
    resource: {
      days: { amount: string }[];
      charges: { amount: string }[];
      line: { costs: Record<string, { now: string }> };
    };
  };
  const sum = (all: { amount: string }[]) => all.reduce((total, one) => total + Number(one.amount), 0);
  expect(sum(resource.days)).toBeCloseTo(Number(resource.line.costs['90']?.now), 6);
  expect(sum(resource.charges)).toBeCloseTo(sum(resource.days), 6);
  await fourLooks(page, 'resource');
}

/** A list of which only what is in sight is in the page, with the columns that somebody has chosen in this browser. */
async function useList(page: Page): Promise<void> {
  await page.goto('/resources');
  const list = page.getByRole('region', { name: 'List of resources' });
  const header = (name: string) => list.getByRole('columnheader', { name });
  await expect(header('Region')).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Region' }).uncheck();
  await page.getByRole('checkbox', { name: 'First seen' }).check();
  await expect(header('First seen')).toBeVisible();
  await page.reload();
  await expect(header('First seen')).toBeVisible();
  await expect(header('Region')).toHaveCount(0);

  const answer = await page.request.get('/api/resources?limit=1000');
  const { resources } = (await answer.json()) as {
    resources: { total: number; lines: { id: string; name: string }[] };
  };
  expect(resources.total).toBeGreaterThan(40);
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  const last = resources.lines.at(-1);
  await expect(list.locator(`tr[aria-rowindex="${resources.total + 1}"]`)).toContainText(
    last?.name || (last?.id.split(/[/:]/).at(-1) ?? 'none'),
  );
  // Those in sight and some before and after them, and the two spaces.
  expect(await list.locator('tbody tr[aria-rowindex]').count()).toBeLessThan(resources.total);
}

test('a billing export is used, shows what each resource costs, and is given up again', async ({
  page,
  context,
  held,
}) => {
  await simulator('PUT', '/exports', {
    ...{ bucket: BUCKET, prefix: PREFIX, ownerId: held, name: 'standalone-focus', months: 2 },
  });
  await login(context, await newWorkspace('Exported'));
  await test.step('connects', () => connect(page, held));
  const connection = page.url();
  await expect(page.getByRole('region', { name: 'Inventory', exact: true })).toBeVisible({ timeout: 30_000 });
  await test.step('uses the export', () => useExport(page));
  await test.step('looks at a resource', () => lookAtResource(page));
  await test.step('uses the list', () => useList(page));
  await test.step('reads the ledger', async () => {
    await page.goto(`${connection}/ledger`);
    await expect(page.getByRole('main')).toContainText('S3');
    await fourLooks(page, 'ledger');
  });
  await test.step('gives the export up', async () => {
    await page.goto(connection);
    await page.getByRole('button', { name: 'Stop using' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Its line items are erased');
    await dialog.getByRole('button', { name: 'Stop using it' }).click();
    await expect(async () => {
      await page.reload();
      await expect(months(page)).toHaveCount(0, { timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    const priced = async () => {
      const answer = await page.request.get('/api/resources');
      const { resources } = (await answer.json()) as { resources: { lines: { costs: unknown }[] } };
      return resources.lines.filter((line) => line.costs !== null).length;
    };
    await expect.poll(priced, { timeout: 30_000 }).toBe(0);
  });
});
