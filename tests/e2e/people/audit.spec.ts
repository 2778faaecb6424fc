import { expectAccessible } from '../support/accessible';
import { database } from '../support/database';
import { makeStale, newOwner, PASSWORD } from '../support/people';
import { login } from '../support/session';
import { expect, test } from '../support/test';

/** What an administrator of the database could do, past the guard that keeps everybody else from it. */
async function tamper(workspaceId: string): Promise<number> {
  const client = await database().connect();
  try {
    await client.query('begin');
    await client.query("set local session_replication_role = 'replica'");
    const { rows } = await client.query<{ seq: string }>(
      `update audit_event set address = '203.0.113.99' where workspace_id = $1 and seq = (
         select min(seq) from audit_event where workspace_id = $1 and action = 'member.invited') returning seq`,
      [workspaceId],
    );
    await client.query('commit');
    return Number(rows[0]?.seq);
  } finally {
    client.release();
  }
}

test('the trail is filtered, opened, verified, and says where somebody changed it', async ({
  page,
  context,
}) => {
  const owner = await newOwner('Ava Audit', 'Audited');
  await login(context, owner);
  await page.goto('/settings/people');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const panel = page.getByRole('region', { name: 'Invite somebody' });
  for (const email of ['one@audited.example', 'two@audited.example']) {
    await panel.getByLabel('Email').fill(email);
    await panel.getByRole('button', { name: 'Invite', exact: true }).click();
    await expect(page.getByText(`The invitation to ${email} is mailed.`)).toBeVisible();
  }
  await page.getByRole('button', { name: 'Withdraw the invitation of two@audited.example' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await expect(page.getByText('two@audited.example', { exact: true })).toHaveCount(0);

  await page.goto('/settings/audit');
  const trail = page.getByRole('region', { name: 'Audit trail' }).last();
  const rows = trail.getByRole('row').filter({ has: page.getByRole('button') });
  await expect(rows).toHaveCount(3);
  await page.getByLabel('What').selectOption('member.invited');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/action=member\.invited/);
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('Ava Audit');
  await rows.first().getByRole('button').click();
  await expect(rows.first().getByRole('button')).toHaveAttribute('aria-expanded', 'true');
  await expect(trail.getByText('As it was hashed')).toBeVisible();
  await expect(trail.getByText('+ two@audited.example')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Verify the chain' }).click();
  const verdict = page.getByRole('status').filter({ hasText: 'Newest link' });
  await expect(verdict).toContainText('unbroken');

  const seq = await tamper(owner.workspaceId);
  await page.goto('/settings/audit');
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await expect(page.getByRole('status').filter({ hasText: String(seq) })).toContainText('changed');
  await expect(page.getByRole('status').filter({ hasText: 'unbroken' })).toHaveCount(0);
});

test('how long events are kept is changed after a question, and stands in the trail', async ({
  page,
  context,
}) => {
  const owner = await newOwner('Rita Retention', 'Retained');
  await login(context, owner);
  await page.goto('/settings/audit');
  await makeStale(owner.userId);
  await page.getByRole('radio', { name: /^For\b(?! ever)/ }).check();
  await page.getByRole('spinbutton', { name: 'Days' }).fill('400');
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.locator('input[name=password]').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('Saved: events are kept for 400 days.')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('spinbutton', { name: 'Days' })).toHaveValue('400');
});
