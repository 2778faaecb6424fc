import { expectAccessible } from './support/accessible';
import { fourLooks } from './support/four-looks';
import { choose, menu, overviewShows } from './support/overview';
import { login, newWorkspace } from './support/session';
import { expect, test } from './support/test';

/** Four spellings of production and one of development, of two accounts. */
function bill(): Buffer {
  const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
  const tags = ['{""env"":""prod""}', '{""Env"":""Production""}', '{""env"":""dev""}', '{}'];
  const rows = tags.flatMap((tag, index) =>
    ['subscription-1', 'subscription-2'].map((account) =>
      [
        ...[
          `${index + 1}.25`,
          `${index + 1}.25`,
          'contoso',
          'USD',
          `${day.slice(0, 7)}-01T00:00:00Z`,
          'Usage',
        ],
        ...[`${day}T00:00:00Z`, 'Virtual Machines', 'Microsoft', 'westeurope', account, `"${tag}"`],
      ].join(','),
    ),
  );
  const names =
    'BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,ServiceName,ProviderName,RegionId,SubAccountId,Tags';
  return Buffer.from([names, ...rows, ''].join('\n'));
}

test('spellings of a tag are joined by a rule that is previewed, and reports use it at once', async ({
  page,
  context,
}) => {
  test.setTimeout(90_000);
  await login(context, await newWorkspace('Tagged'));
  await page.goto('/connections/new');
  await page.getByLabel('Name of the source').fill('Azure');
  await page.getByRole('button', { name: 'Make a source of files' }).click();
  await page.getByTestId('files').setInputFiles({ name: 'azure.csv', mimeType: 'text/csv', buffer: bill() });
  const card = page.getByRole('region', { name: 'azure.csv', exact: true });
  await card.getByRole('button', { name: 'Load 8 rows' }).click();
  await expect(card.getByText('loaded', { exact: true })).toBeVisible({ timeout: 20_000 });

  await page.goto('/settings/tags');
  await page.getByRole('button', { name: 'Join them' }).click();
  const preview = page.getByRole('region', { name: 'Preview' });
  await expect(preview.getByRole('listitem').filter({ hasText: 'Env=Production' })).toContainText('$4.50');
  await page.getByRole('button', { name: 'Add a value' }).click();
  await page.getByLabel('Value 1', { exact: true }).fill('prod');
  await page.getByLabel('Counted as 1').fill('production');
  await expect(preview.getByRole('listitem').filter({ hasText: /env=prod/ })).toContainText('$7.00');
  await page.getByLabel('Name in reports').fill('Stage');
  await fourLooks(page, 'rule');
  await page.getByRole('button', { name: 'Save rule' }).click();
  await expect(page.getByRole('button', { name: 'Edit Stage' })).toBeVisible();

  await page.goto('/overview?dates=last-30');
  await choose(page, /^Group by/, 'Stage');
  await expect(page).toHaveURL(/by=tag%3AStage/);
  await expect(page.getByRole('rowheader', { name: 'production' })).toBeVisible();
  await page.getByRole('rowheader', { name: 'production' }).getByRole('link').click();
  await expect(page.getByTitle('Take this filter away')).toContainText('Stage: production');
  expect((await overviewShows(page)).kpis.total).toMatch(/^7(\.0+)?$/);

  await page.goto('/overview?dates=last-30');
  await menu(page, 'Filter').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Stage' }).click();
  await dialog.getByRole('link', { name: 'Not tagged' }).click();
  await expect(page.getByTitle('Take this filter away')).toContainText('Without Stage');
  expect((await overviewShows(page)).kpis.total).toMatch(/^8\.50*$/);

  await page.goto('/settings/accounts');
  await page.getByLabel('Label of subscription-1').fill('Shop');
  await page.getByLabel('Group of subscription-1').fill('Retail');
  await page.getByRole('button', { name: 'Save subscription-1' }).click();
  await expect(page.getByRole('button', { name: 'Save subscription-1' })).toBeDisabled();
  await expectAccessible(page);
  await page.goto('/overview?dates=last-30&by=account');
  await expect(page.getByRole('rowheader', { name: 'Shop' }).first()).toBeVisible();
  await choose(page, /^Group by/, 'Account group');
  await expect(page.getByRole('rowheader', { name: 'Retail' })).toBeVisible();
  await expectAccessible(page);
});
