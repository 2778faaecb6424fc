import type { Locator } from '@playwright/test';
import { copyCosts } from './support/copied-costs';
import { query } from './support/database';
import { login, newWorkspace } from './support/session';
import { expect, test } from './support/test';

const COUNT = 100_000;

/** So many resources without AWS behind them; each costs a cent more than the one before it, so that its place is known. */
async function addResources(workspaceId: string, connectionId: string, account: string): Promise<void> {
  const spans = ['billed', 'effective'].flatMap((metric) =>
    ['7', '30', '90', 'month'].flatMap((span) => [`${metric}_${span}`, `${metric}_${span}_before`]),
  );
  await query(
    `insert into resource (workspace_id, shelf, connection_id, resource_key, resource_id, bare_id, ref, name, resource_type,
       service_name, region_id, sub_account_id, tags, attributes, related, state)
     select $1, c.shelf, c.id, n, 'vol-' || n, 'vol-' || n, 'long-' || n, 'volume ' || n, 'ec2:volume',
       'Amazon Elastic Block Store', 'eu-central-1', $3, '{}', '{}', '{}', 'in-use'
     from connection c cross join generate_series(1, ${COUNT}) n where c.id = $2`,
    [workspaceId, connectionId, account],
  );
  await query(
    `insert into resource_cost (workspace_id, shelf, connection_id, resource_key, currency, sub_account_id, source, as_of, since,
       ${spans.join(', ')})
     select workspace_id, shelf, connection_id, resource_key, 'USD', sub_account_id, 'export', current_date, current_date - 200,
       ${spans.map(() => 'resource_key / 100.0').join(', ')}
     from resource where workspace_id = $1 and connection_id = $2`,
    [workspaceId, connectionId],
  );
}

const rows = (list: Locator) => list.locator('tbody tr[aria-rowindex]');

/** What stands at a place of the list, the dearest first. */
async function expectAt(list: Locator, place: number): Promise<void> {
  const cost = (COUNT + 1 - place) / 100;
  const text = cost.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const row = list.locator(`tbody tr[aria-rowindex="${place + 1}"]`);
  await expect(row).toContainText(`volume ${COUNT + 1 - place}`);
  await expect(row).toContainText(`$${text}`);
  expect(await rows(list).count()).toBeLessThan(120);
}

test('a list of a hundred thousand resources holds what is in sight, at any place of it', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000);
  const owner = await newWorkspace('Long');
  const { connectionId, number } = await copyCosts(owner.workspaceId, 'acme-long');
  await addResources(owner.workspaceId, connectionId, number);
  await login(context, owner);
  await page.goto('/resources');
  await expect(page.getByTestId('totals')).toContainText('100,000 resources');
  // The sum of one cent to a thousand dollars.
  await expect(page.getByTestId('totals')).toContainText('$50,000,500.00');
  const list = page.getByRole('region', { name: 'List of resources' });
  await expectAt(list, 1);
  const scrollTo = (part: number) =>
    list.evaluate((element, at) => element.scrollTo(0, element.scrollHeight * at), part);
  await scrollTo(0.5);
  await expectAt(list, COUNT / 2);
  await scrollTo(1);
  await expectAt(list, COUNT);
  await scrollTo(0);
  await expectAt(list, 1);
});
