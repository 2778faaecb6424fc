import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { renderBucketTemplate } from '../../src/aws/render-bucket-template';
import { adminCredentials } from '../simulated-aws/vendor';
import { STANDALONE } from './support/accounts';
import { fourLooks } from './support/four-looks';
import { login, newWorkspace } from './support/session';
import { simulator } from './support/simulator';
import { stack } from './support/stack';
import { expect, test } from './support/test';
import type { Page } from '@playwright/test';

const NAMES =
  'BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,ServiceName,ProviderName,RegionId,SubAccountId';

function bill(cost: string): string {
  const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
  const row = [
    ...[cost, cost, 'contoso', 'USD', `${day.slice(0, 7)}-01T00:00:00Z`, 'Usage', `${day}T00:00:00Z`],
    ...['Virtual Machines', 'Microsoft', 'westeurope', 'subscription-1'],
  ];
  return `${NAMES}\n${row.join(',')}\n`;
}

async function lookGood(page: Page, name: string): Promise<void> {
  // The title comes after what it is of.
  await expect(page).toHaveTitle(/Connection/);
  await fourLooks(page, name);
}

test('files of a bucket come by themselves through a role of their own', async ({ page, context }) => {
  test.setTimeout(120_000);
  const bucket = `acme-focus-${Date.now()}`;
  await simulator('PUT', '/buckets', { name: bucket, ownerId: STANDALONE, region: 'eu-central-1' });
  await simulator('PUT', `/objects?bucket=${bucket}&key=azure/one.csv`, bill('12.5'));
  await simulator('PUT', `/objects?bucket=${bucket}&key=azure/broken.csv`, bill('twelve'));
  await login(context, await newWorkspace('Bucketed'));
  await page.goto('/connections/new');
  await page.getByLabel('Name of the source').fill('Azure exports');
  await page.getByLabel('from an S3 bucket, by themselves').check();
  await page.getByLabel('Name of the bucket').fill(bucket);
  await page.getByLabel('Folder in it, empty for the whole bucket').fill('azure/');
  await page.getByRole('button', { name: 'Make a source of files' }).click();
  await expect(page.getByRole('heading', { name: 'Launch the stack' })).toBeVisible();
  await lookGood(page, 'bucket-steps');

  const rows = page.getByRole('region', { name: 'Parameters of the stack' }).locator('tbody tr');
  const parameters = await rows.evaluateAll((all) =>
    all.map((row) => ({
      ParameterKey: row.querySelector('th')?.textContent ?? '',
      ParameterValue: row.querySelector('code')?.textContent ?? '',
    })),
  );
  const role = parameters.find((one) => one.ParameterKey === 'RoleName')?.ParameterValue ?? '';
  await new CloudFormationClient({
    endpoint: stack().simulatedAwsUrl,
    region: 'us-east-1',
    credentials: adminCredentials(STANDALONE),
  }).send(
    new CreateStackCommand({
      StackName: role,
      TemplateBody: renderBucketTemplate(),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: parameters,
    }),
  );
  await page.getByLabel(/^AWS account of the bucket/).fill(STANDALONE);
  // A stack takes its time; until it is there the page says so, and one checks again.
  await expect(async () => {
    await page.getByRole('button', { name: 'Check access' }).click();
    const panel = page.getByRole('region', { name: 'Bucket', exact: true });
    await expect(panel).toContainText('Last look', { timeout: 3_000 });
  }).toPass({ timeout: 30_000 });
  const notes = page.getByRole('region', { name: 'Why objects are not loaded' });
  await expect(notes).toContainText('broken.csv', { timeout: 30_000 });
  const card = page.getByRole('region', { name: 'one.csv', exact: true });
  await expect(card.getByText('loaded', { exact: true })).toBeVisible({ timeout: 30_000 });
  await lookGood(page, 'bucket');

  await page.goto('/overview?dates=last-30');
  await expect(page.getByTestId('total')).toContainText('$12.50');
});
