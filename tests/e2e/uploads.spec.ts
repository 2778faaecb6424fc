import { readFileSync } from 'node:fs';
import { expectAccessible } from './support/accessible';
import { fourLooks } from './support/four-looks';
import { login, newMember, newWorkspace } from './support/session';
import { stack } from './support/stack';
import { expect, test } from './support/test';

const SAMPLE = 'tests/fixtures/focus/focus-1.0-sample-1000.csv';

test('files of any cloud are uploaded, looked at, loaded, shown, removed and revoked', async ({
  page,
  context,
  watch,
}) => {
  watch.expectProblem(/status of 409/);
  test.setTimeout(90_000);
  const owner = await newWorkspace('Cloudy');
  await login(context, owner);
  await page.goto('/connections/new');
  await page.getByLabel('Name of the source').fill('Everything else');
  await page.getByRole('button', { name: 'Make a source of files' }).click();
  await expect(page.getByRole('heading', { name: 'Everything else', level: 1 })).toBeVisible();

  const broken = readFileSync(SAMPLE, 'utf8')
    .split('\n')
    .slice(0, 3)
    .join('\n')
    .replace('0.00000080000', 'twelve');
  await page.getByTestId('files').setInputFiles({
    name: 'broken.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`${broken}\n`),
  });
  const wrong = page.getByRole('region', { name: 'What is wrong with broken.csv' });
  await expect(wrong.getByRole('row', { name: /1 BilledCost twelve/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove it' }).click();
  await expect(wrong).toHaveCount(0);

  await page.getByTestId('files').setInputFiles(SAMPLE);
  const card = page.getByRole('region', { name: 'focus-1.0-sample-1000.csv', exact: true });
  await expect(card.getByRole('rowheader', { name: 'AWS' })).toBeVisible();
  await expect(card).toContainText('not loaded yet');
  await fourLooks(page, 'source');
  await card.getByRole('button', { name: 'Load 1,000 rows' }).click();
  await expect(card.getByText('loaded', { exact: true })).toBeVisible({ timeout: 20_000 });

  await page.getByTestId('files').setInputFiles(SAMPLE);
  await expect(page.getByRole('alert').filter({ hasText: 'This file is here already' })).toBeVisible();

  await page.getByRole('link', { name: 'Overview' }).last().click();
  await expect(page.getByTestId('total')).toBeVisible();
  await page.goto('/connections');
  await expect(page.getByRole('row', { name: /Everything else Uploaded files/ })).toBeVisible();

  await page.goto('/settings/connections');
  await page.getByRole('link', { name: 'Revoke' }).click();
  await expect(page.getByRole('row', { name: /^Uploaded files/ })).toBeVisible();
  await page.getByLabel('Type Everything else to confirm').fill('Everything else');
  await page.getByRole('button', { name: 'Revoke and erase' }).click();
  await expect(page.getByRole('heading', { name: 'The connection is erased' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'On the AWS side' })).toHaveCount(0);
});

test('over the API: a wrong name, a wrong role, another workspace and a connection to AWS are refused', async ({
  context,
  newPage,
  watch,
}) => {
  watch.expectProblem(/status of 4\d\d/);
  const owner = await newWorkspace('Cloudy by API');
  const own = await newPage(owner);
  const origin = { origin: stack().baseUrl };
  const post = (page: typeof own, path: string, data?: unknown) =>
    page.request.post(path, { headers: origin, ...(data === undefined ? {} : { data }) });

  expect((await post(own, '/api/uploads', { name: ' ' })).status()).toBe(400);
  expect((await post(own, '/api/uploads', { name: 'x'.repeat(5_000) })).status(), 'too large').toBe(413);
  const made = await post(own, '/api/uploads', { name: 'By API' });
  expect(made.status()).toBe(201);
  const { id } = (await made.json()) as { id: string };
  expect((await post(own, '/api/uploads', { name: 'By API' })).status()).toBe(409);
  const files = `/api/uploads/${id}/files`;
  const content = `/api/uploads/${id}/content`;
  expect((await post(own, content, Buffer.from('x'))).status(), 'no name').toBe(400);
  expect((await post(own, `${content}?name=a.csv`)).status(), 'no body').toBe(400);
  const sent = await own.request.post(`${content}?name=a.csv&load=true`, {
    headers: { ...origin, 'content-type': 'text/csv' },
    data: readFileSync(SAMPLE),
  });
  expect(sent.status()).toBe(202);
  const file = `${files}/${((await sent.json()) as { id: string }).id}`;
  const stateOf = async () =>
    ((await (await own.request.get(file)).json()) as { file: { state: string } }).file.state;
  await expect.poll(stateOf, { timeout: 20_000 }).toBe('loaded');
  expect((await post(own, file)).status(), 'loaded already').toBe(412);

  const viewer = await newPage(await newMember(owner.workspaceId, 'viewer'));
  expect((await post(viewer, '/api/uploads', { name: 'Mine' })).status()).toBe(403);
  expect((await post(viewer, '/api/uploads', { name: 'x'.repeat(5_000) })).status(), 'unread').toBe(403);
  expect((await post(viewer, `${content}?name=b.csv`, Buffer.from('x'))).status()).toBe(403);
  expect((await viewer.request.delete(file, { headers: origin })).status()).toBe(403);
  expect((await viewer.request.get(files)).status()).toBe(200);

  const stranger = await newPage(await newWorkspace('Elsewhere'));
  expect((await post(stranger, `${content}?name=b.csv`, Buffer.from('x'))).status()).toBe(404);
  expect((await post(stranger, file)).status()).toBe(404);
  expect((await stranger.request.get(file)).status()).toBe(404);
  expect((await stranger.request.delete(file, { headers: origin })).status()).toBe(404);
  await login(context, stack().shared);
  const aws = await context.request.post(`/api/uploads/${stack().shared.connectionId}/content?name=a.csv`, {
    headers: origin,
    data: Buffer.from('x'),
  });
  expect(aws.status()).toBe(412);
  expect(
    (await own.request.post(`${content}?name=c.csv`, { data: Buffer.from('x') })).status(),
    'from nowhere',
  ).toBe(403);

  expect((await own.request.delete(file, { headers: origin })).status()).toBe(204);
  expect(((await (await own.request.get(files)).json()) as { files: unknown[] }).files).toEqual([]);
});
