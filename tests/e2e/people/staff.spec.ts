import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible';
import { copyCosts } from '../support/copied-costs';
import { codeOf } from '../support/factors';
import { mailsTo } from '../support/mail';
import { makeStale, newOwner, PASSWORD } from '../support/people';
import { query } from '../support/database';
import { login } from '../support/session';
import { stack } from '../support/stack';
import { expect, test } from '../support/test';

const REASON = 'The invoice of last month looks twice as high, ticket 4711';

/** As the operator does, on the machine. */
async function grant(email: string, name: string): Promise<string> {
  const { ownerUrl, appUrl, baseUrl } = stack();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'scripts/staff.ts', 'grant', email, name],
    {
      env: {
        ...process.env,
        NODE_NO_WARNINGS: '1',
        MIGRATION_DATABASE_URL: ownerUrl,
        DATABASE_URL: appUrl,
        BELVEDERE_URL: baseUrl,
      },
    },
  );
  return /https?:\S+\/staff\/setup\/\S+/.exec(stdout)?.[0] ?? `no link in ${stdout}`;
}

async function setUp(page: Page, email: string, link: string): Promise<void> {
  await page.goto(link);
  await expect(page.getByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible();
  const secret = (await page.getByRole('main').locator('code').innerText()).replaceAll(/\s/g, '');
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.getByLabel('Code', { exact: true }).fill(codeOf(secret));
  await page.getByRole('button', { name: 'Set up and sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Workspaces' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/staff/sign-in');
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This link is no longer one' })).toBeVisible();

  // Half a minute later.
  await query('update staff_account set totp_last_step = totp_last_step - 3 where email = $1', [email]);
  await page.goto('/staff');
  await page.getByLabel('Email').fill(email);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.getByLabel('Code', { exact: true }).fill(codeOf(secret));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Workspaces' })).toBeVisible();
}

test.setTimeout(150_000);

test('staff see nothing until an owner lets them, then read, and are out when the owner says so', async ({
  page,
  context,
  newPage,
  watch,
}) => {
  const owner = await newOwner('Orla Owner', 'Looked into');
  await copyCosts(owner.workspaceId, 'acme-looked');
  const email = `sam-${randomBytes(4).toString('hex')}@operator.example`;
  const desk = await newPage();
  await setUp(desk, email, await grant(email, 'Sam Staff'));

  await desk.getByLabel('Search by id').fill(owner.workspaceId);
  await desk.getByRole('button', { name: 'Search' }).click();
  await expect(desk.getByText('Looked into')).toHaveCount(0);
  await desk.goto('/overview');
  await expect(desk, 'staff have no workspace of their own').toHaveURL('/sign-in');
  await desk.goto(`/staff?q=${owner.workspaceId}`);
  await desk.getByRole('link', { name: `Ask to look into ${owner.workspaceId}` }).click();
  await desk.getByLabel('Reason').fill(REASON);
  await desk.getByLabel(/^Minutes/).fill('30');
  await expectAccessible(desk);
  await desk.getByRole('button', { name: 'Ask for access' }).click();
  await expect(desk.getByRole('region', { name: 'What you asked for' })).toContainText(REASON);
  await expect(desk.getByRole('button', { name: /^Open/ })).toHaveCount(0);
  const [mail] = await mailsTo(owner.email);
  expect(mail?.subject).toBe('Staff asks to look into Looked into');
  expect(mail?.body).toContain(REASON);

  await login(context, owner);
  await page.goto('/settings/staff');
  await makeStale(owner.userId);
  await page.getByRole('button', { name: 'Approve Sam Staff for 30 min' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.locator('input[name=password]').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  const running = page.getByRole('region', { name: 'Open access of staff' });
  await expect(running).toContainText('Sam Staff');
  await expectAccessible(page);

  await desk.reload();
  await desk.getByRole('button', { name: `Open ${owner.workspaceId}` }).click();
  await expect(desk).toHaveURL('/overview');
  const banner = desk.getByRole('complementary', { name: 'Staff access' });
  await expect(banner).toContainText(REASON);
  await expectAccessible(desk);
  await expect(desk.getByTestId('total')).toBeVisible();
  await desk.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Views' }).click();
  await expect(desk.getByRole('heading', { name: 'Views', level: 1 })).toBeVisible();
  await expect(banner).toBeVisible();
  await expect(desk.getByRole('main').getByRole('button', { name: /Save|Rename|Delete/ })).toHaveCount(0);
  watch.expectProblem(/status of 403/);
  for (const path of ['/connections/new', '/settings/delete', '/settings/people']) {
    expect((await desk.request.get(path, { maxRedirects: 0 })).status(), path).not.toBe(200);
  }

  await page.goto('/settings/audit?action=staff.viewed');
  const trail = page.getByRole('region', { name: 'Audit trail' }).last();
  await expect(trail.getByText('/views').first()).toBeVisible();
  await expect(trail.getByText('/overview').first()).toBeVisible();
  await expect(trail.getByText('Sam Staff').first()).toBeVisible();
  await page.goto('/settings/staff');
  await page.getByRole('button', { name: 'End the access of Sam Staff' }).click();
  await expect(running).toHaveCount(0);

  await desk.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview' }).click();
  await expect(desk.getByTestId('total')).toHaveCount(0);
  await desk.goto('/overview');
  await expect(desk).toHaveURL(/\/(staff|sign-in)$/);
});
