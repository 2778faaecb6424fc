import { menu, savedText } from './support/overview';
import { login } from './support/session';
import { query } from './support/database';
import { stack } from './support/stack';
import { expect, test } from './support/test';

test('a report goes out as FOCUS, with the filters of the page', async ({ page, context }) => {
  await login(context, stack().shared);
  await page.goto('/overview?dates=last-30&region=us-east-1');
  await menu(page, 'FOCUS file').click();
  const csv = page.getByRole('dialog').getByRole('link', { name: /^FOCUS CSV/ });
  const { file, text } = await savedText(page, csv);
  expect(file).toMatch(/\.csv$/);
  const [header = '', first = ''] = text.split('\n');
  expect(header.split(',')).toEqual(
    expect.arrayContaining(['BilledCost', 'EffectiveCost', 'Tags', 'RegionId']),
  );
  expect(first).toContain('us-east-1');

  const exports = () =>
    query<{ id: string }>(
      `select id from audit_event where workspace_id = $1 and action = 'export.downloaded'`,
      [stack().shared.workspaceId],
    );
  const before = (await exports()).length;
  for (const kind of ['csv', 'parquet']) {
    const head = await page.request.head(`/api/focus.${kind}?dates=last-30`);
    expect([head.status(), head.headers()['content-disposition']]).toEqual([
      200,
      expect.stringMatching(new RegExp(`\\.${kind}"$`)),
    ]);
  }
  expect(await exports(), 'a question about a file makes none').toHaveLength(before);

  await menu(page, 'FOCUS file').click();
  const link = page.getByRole('dialog').getByRole('link', { name: /^FOCUS Parquet/ });
  const answer = await page.request.get((await link.getAttribute('href')) ?? '');
  expect(answer.status()).toBe(200);
  const bytes = await answer.body();
  expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
});
