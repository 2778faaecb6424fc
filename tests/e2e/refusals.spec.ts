import type { Page } from '@playwright/test';
import { ROLE_NAME } from '../../src/aws/permissions';
import { MANAGEMENT, STANDALONE, VENDOR } from './support/accounts';
import { createStack, openConsole } from './support/console';
import { overviewShows } from './support/overview';
import { login, newWorkspace } from './support/session';
import { simulator } from './support/simulator';
import { expect, test } from './support/test';

const OTHER_EXTERNAL_ID = 'bv-somebody-elses-external-id-0123';

test.setTimeout(90_000);

test.beforeEach(async ({ context }) => login(context, await newWorkspace()));

async function begin(page: Page, account: string, struck?: RegExp): Promise<void> {
  await page.goto('/connections/new');
  await page.getByLabel('AWS account, 12 digits').fill(account);
  if (struck) await page.getByRole('checkbox', { name: struck }).uncheck();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Checking the role' })).toBeVisible();
}

/** Launches the stack; with an ExternalId typed over, so that the role waits until its trust is edited. */
async function launch(page: Page, account: string, externalId?: string): Promise<void> {
  const console = await openConsole(page, page.getByRole('link', { name: /^Launch stack in AWS/ }));
  const parameter = console.getByTestId('param-ExternalId');
  await expect(parameter).toHaveValue(/^bv-/);
  if (externalId) await parameter.fill(externalId);
  await createStack(console, account);
  await console.close();
}

const roleOf = (account: string) => `/accounts/${account}/roles/${ROLE_NAME}`;

const setTrust = (account: string, policy: string) => simulator('PUT', `${roleOf(account)}/trust`, policy);

async function trustOf(account: string): Promise<string> {
  return (await simulator<{ trustPolicy: string }>('GET', roleOf(account))).trustPolicy;
}

test.describe('a role that protects nothing', () => {
  test.use({ account: STANDALONE });

  test('is refused with the trust policy that mends it, and connects by itself once mended', async ({
    page,
    held,
  }) => {
    await begin(page, held);
    await launch(page, held, OTHER_EXTERNAL_ID);
    const open = JSON.parse(await trustOf(held)) as { Statement: { Condition?: unknown }[] };
    for (const statement of open.Statement) delete statement.Condition;
    await setTrust(held, JSON.stringify(open));
    await expect(page.getByText('The role opens without an ExternalId')).toBeVisible();
    await expect(page.getByText('✗ opened')).not.toHaveCount(0);
    await expect(page.getByTestId('sync')).toHaveCount(0);

    const mending = await page.getByText('"sts:ExternalId"').innerText();
    expect(JSON.parse(mending)).toMatchObject({
      Statement: [{ Condition: { StringEquals: { 'sts:ExternalId': expect.stringMatching(/^bv-/) } } }],
    });
    await setTrust(held, mending);
    await expect(page.getByText('✓ opened · account matches')).toBeVisible();
    await expect(page.getByText('✓ refused')).toHaveCount(2);
    await expect(page.getByTestId('sync')).toHaveAttribute('data-status', 'done', { timeout: 30_000 });
  });
});

test.describe('a role that does not grant cost', () => {
  test.use({ account: STANDALONE });

  test('shows "not granted" and no figure at all', async ({ page, held }) => {
    await begin(page, held);
    const externalId = await page.getByRole('complementary').getByText(/^bv-/).innerText();
    await launch(page, held, OTHER_EXTERNAL_ID);
    const denial = { Effect: 'Deny', Action: 'ce:GetCostAndUsage', Resource: '*' };
    await simulator('PUT', `${roleOf(held)}/policies/ByHand`, { Version: '2012-10-17', Statement: [denial] });
    await setTrust(held, (await trustOf(held)).replaceAll(OTHER_EXTERNAL_ID, externalId));

    await expect(page.getByText('The role does not grant ce:GetCostAndUsage').first()).toBeVisible({
      timeout: 20_000,
    });
    await expect(
      page.getByRole('region', { name: 'Not granted' }).getByText('ce:GetCostAndUsage'),
    ).toBeVisible();
    await page.goto('/connections');
    await expect(page.getByText('needs attention')).toBeVisible();
    await page.goto('/overview');
    await expect(page.getByRole('heading', { name: 'Cost is not granted' })).toBeVisible();
    await expect(page.getByText('which is not the same as no cost')).toBeVisible();
    await expect(page.getByRole('main').getByText('$')).toHaveCount(0);
  });
});

test.describe('organization names that are struck', () => {
  test.use({ account: MANAGEMENT });

  test('leave the accounts with their numbers', async ({ page, held }) => {
    await begin(page, held, /^Organization names/);
    await launch(page, held);
    await expect(page.getByTestId('sync')).toHaveAttribute('data-status', 'done', { timeout: 40_000 });
    const missing = page.getByRole('region', { name: 'Not granted' });
    await expect(missing.getByRole('row', { name: /organizations:/ })).toContainText(
      'accounts are shown by number',
    );
    await page.goto('/overview?by=account');
    const overview = await overviewShows(page);
    expect(overview.lines.length).toBeGreaterThan(1);
    for (const line of overview.lines) {
      expect(line.label).toMatch(/^\d{12}$/);
      await expect(page.getByRole('region', { name: 'Accounts' }).getByText(line.label)).toBeVisible();
    }
  });
});

test('what is no account is refused in words, and nothing is connected', async ({ page }) => {
  await page.goto('/connections/new');
  const account = page.getByLabel('AWS account, 12 digits');
  const problem = page.locator('#account-error');
  const digits = 'Give the 12 digits of the AWS account, or the full ARN of a role (arn:aws:iam::…:role/…).';
  for (const [text, message] of [
    ['twelve digits', digits],
    ['61527384901', digits],
    ['6152738490123', digits],
    [`arn:aws:iam::${STANDALONE}:user/someone`, digits],
    [VENDOR, "This is the operator's own account, which cannot be connected."],
  ] as const) {
    await account.fill(text);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(problem).toHaveText(message);
    await expect(account).toHaveAttribute('aria-invalid', 'true');
    // The next message must be a new one.
    await page.reload();
  }
  await page.goto('/connections');
  await expect(page.getByRole('heading', { name: 'No account is connected' })).toBeVisible();
});
