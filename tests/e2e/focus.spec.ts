import { menu, savedText } from './support/overview';
import { login } from './support/session';
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

  await menu(page, 'FOCUS file').click();
  const link = page.getByRole('dialog').getByRole('link', { name: /^FOCUS Parquet/ });
  const answer = await page.request.get((await link.getAttribute('href')) ?? '');
  expect(answer.status()).toBe(200);
  const bytes = await answer.body();
  expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
});
