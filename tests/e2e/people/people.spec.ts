import { randomUUID } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { add } from '../../../src/domain/money';
import { expectAccessible } from '../support/accessible';
import { copyCosts } from '../support/copied-costs';
import { followMail, mailsTo } from '../support/mail';
import { overviewShows } from '../support/overview';
import { newOwner, newPerson, PASSWORD } from '../support/people';
import { login } from '../support/session';
import { expect, test } from '../support/test';

const row = (page: Page, table: string, who: string): Locator =>
  page.getByRole('region', { name: table }).getByRole('row').filter({ hasText: who });

async function inviteByMail(page: Page, email: string, role: string): Promise<void> {
  await page.goto('/settings/people');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const panel = page.getByRole('region', { name: 'Invite somebody' });
  await panel.getByLabel('Email').fill(email);
  await panel.getByLabel('Role').selectOption(role);
  await panel.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(page.getByText(`The invitation to ${email} is mailed.`)).toBeVisible();
}

test('somebody is invited, joins, gets another role, and is removed', async ({ page, context, newPage }) => {
  const owner = await newOwner('Opal Owner', 'Inviting');
  await login(context, owner);
  const email = `${randomUUID()}@guests.example`;
  await inviteByMail(page, email, 'editor');
  await expect(row(page, 'Invitations', email)).toContainText('Editor');

  const theirs = await newPage();
  await followMail(theirs, email, 'Invitation to Inviting on Belvedere');
  await expect(theirs.getByRole('heading', { name: 'Join Inviting' })).toBeVisible();
  await expectAccessible(theirs);
  await expect(theirs.getByText('Opal Owner')).toBeVisible();
  const link = theirs.url();
  await theirs.getByLabel('Your name').fill('Gus Guest');
  await theirs.locator('input[name=password]').fill(PASSWORD);
  await theirs.getByRole('button', { name: 'Join Inviting' }).click();
  await expect(theirs).toHaveURL(/\/overview$/);
  await theirs.goto('/settings');
  await expect(theirs.getByText('Editor', { exact: true })).toBeVisible();
  await theirs.goto(link);
  await expect(theirs.getByRole('heading', { name: 'This invitation is over' })).toBeVisible();

  await page.goto('/settings/people');
  await expect(row(page, 'Members', 'Gus Guest')).toContainText('By invitation');
  await expect(page.getByText('Nobody is invited at the moment.')).toBeVisible();
  await page.getByLabel('Role of Gus Guest').selectOption('viewer');
  await expect(page.getByLabel('Role of Gus Guest')).toBeEnabled();
  await theirs.goto('/settings');
  await expect(theirs.getByText('Viewer', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Actions for Gus Guest' }).click();
  await page.getByRole('menuitem', { name: 'Remove from the workspace' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove Gus Guest?' });
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(row(page, 'Members', 'Gus Guest')).toHaveCount(0);
  expect((await theirs.request.get('/api/overview')).status()).toBe(401);
  await theirs.goto('/overview');
  await expect(theirs).toHaveURL(/\/no-workspace$/);
});

test('whoever has an account joins with it, and a link is of no use to another person', async ({
  page,
  context,
  newPage,
}) => {
  const owner = await newOwner('Odo Owner', 'Joining');
  const member = await newPerson('Jo Joins');
  await login(context, owner);
  await inviteByMail(page, member.email, 'admin');
  const text =
    (await mailsTo(member.email)).find(({ subject }) => subject.startsWith('Invitation'))?.body ?? '';
  const link = /https?:\S+\/invite\/\S+/.exec(text)?.[0] ?? '';

  const stranger = await newPage(await newOwner('Sid Stranger', 'Elsewhere'));
  await stranger.goto(link);
  await expect(stranger.getByText(`This invitation is for ${member.email}`)).toBeVisible();
  await expect(stranger.getByRole('button', { name: 'Join Joining' })).toHaveCount(0);

  const theirs = await newPage();
  await theirs.goto(link);
  await theirs.getByRole('link', { name: 'Sign in' }).click();
  await theirs.getByLabel('Email').fill(member.email);
  await theirs.getByRole('button', { name: 'Continue' }).click();
  await theirs.locator('input[name=password]').fill(PASSWORD);
  await theirs.getByRole('button', { name: 'Sign in', exact: true }).click();
  await theirs.getByRole('button', { name: 'Join Joining' }).click();
  await expect(theirs).toHaveURL(/\/overview$/);
  await theirs.goto('/settings/people');
  await expect(row(theirs, 'Members', 'Jo Joins')).toContainText('(you)');
});

test('a viewer of some accounts sees nothing of the others', async ({ page, context, newPage }) => {
  // Two copies of a year of costs, on a machine that may be slow.
  test.setTimeout(150_000);
  const owner = await newOwner('Lou Limits', 'Limiting');
  const open = await copyCosts(owner.workspaceId, 'acme-open');
  const closed = await copyCosts(owner.workspaceId, 'acme-closed');
  const viewer = await newPerson('Vic Viewer', { workspaceId: owner.workspaceId, role: 'viewer' });
  await login(context, owner);
  await page.goto('/overview?dates=last-90&by=account');
  const whole = await overviewShows(page);
  await expect(page.getByText('acme-closed').first()).toBeVisible();

  await page.goto('/settings/people');
  await page.getByRole('button', { name: 'Actions for Vic Viewer' }).click();
  await page.getByRole('menuitem', { name: 'Limit to some accounts' }).click();
  await expectAccessible(page);
  await page.getByLabel('Find accounts').fill('open');
  await page.getByRole('checkbox', { name: /^acme-open/ }).check();
  await page.getByRole('button', { name: 'Limit to these' }).click();
  await expect(row(page, 'Members', viewer.email)).toContainText('1 account');

  const theirs = await newPage(viewer);
  const closedTo = [closed.name, closed.number, closed.connectionId];
  for (const path of ['/overview?dates=last-90&by=account', '/overview?dates=last-90', '/views']) {
    const answer = await theirs.goto(path);
    const html = (await answer?.text()) ?? '';
    for (const trace of closedTo) expect(html, `${trace} on ${path}`).not.toContain(trace);
  }
  await theirs.goto('/overview?dates=last-90&by=account');
  const part = await overviewShows(theirs);
  await expect(theirs.getByText('acme-open').first()).toBeVisible();
  // Both accounts cost the same.
  expect(add(part.kpis.total, part.kpis.total)).toBe(add(whole.kpis.total));
  for (const trace of closedTo) expect(JSON.stringify(part)).not.toContain(trace);
  const csv = await theirs.request.get('/api/overview.csv?dates=last-90&by=account');
  expect(await csv.text()).toContain('acme-open');
  expect(await csv.text()).not.toContain('acme-closed');
  expect((await theirs.request.get(`/connections/${open.connectionId}`)).status()).toBe(403);
});
