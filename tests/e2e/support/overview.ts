import { readFileSync } from 'node:fs';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { Overview } from '../../../src/features/costs/overview';

/** The same question to the API, as the person who looks at the page. */
export async function apiOverview(page: Page, search: string): Promise<Overview | null> {
  const params = new URLSearchParams(search);
  params.delete('view');
  const answer = await page.request.get(`/api/overview?${params.toString()}`);
  expect(answer.status()).toBe(200);
  return ((await answer.json()) as { overview: Overview | null }).overview;
}

/** The exact amount behind the one figure that matters. */
export async function exactTotal(page: Page): Promise<string> {
  const title = await page.getByTestId('total').locator('[title]').getAttribute('title');
  return /^Exactly (\S+) [A-Z]{3}$/.exec(title ?? '')?.[1] ?? `no amount in "${title}"`;
}

/** Waits until the page shows what the API says for the page's own address, and returns that. */
export async function overviewShows(page: Page): Promise<Overview> {
  const overview = await apiOverview(page, new URL(page.url()).search);
  if (!overview) throw new Error('The API has no cost to show.');
  await expect
    .poll(() => exactTotal(page), { message: 'the page shows the total that the API says' })
    .toBe(overview.kpis.total);
  return overview;
}

/** A button of the toolbar that opens a menu. */
export function menu(page: Page, name: string | RegExp): Locator {
  return page.getByRole('main').getByRole('button', { name }).first();
}

/** Opens a menu of the toolbar and follows one of its links. */
export async function choose(page: Page, name: string | RegExp, link: string): Promise<void> {
  await menu(page, name).click();
  await page.getByRole('dialog').getByRole('link', { name: link }).click();
}

/** Saves what a link or a button downloads. */
export async function savedText(page: Page, trigger: Locator): Promise<{ file: string; text: string }> {
  const downloading = page.waitForEvent('download');
  await trigger.click();
  const download = await downloading;
  const file = test.info().outputPath(download.suggestedFilename());
  await download.saveAs(file);
  return { file, text: readFileSync(file, 'utf8') };
}
