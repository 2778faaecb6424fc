import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { menu } from './support/overview';
import { login, newWorkspace } from './support/session';
import { stack, type Member } from './support/stack';
import { expect, overflowOf, test } from './support/test';

type Who = 'stranger' | 'newcomer' | 'owner' | 'former';

interface Look {
  readonly name: string;
  readonly who: Who;
  readonly path: () => string;
  /** What is there once the page is whole. */
  readonly ready: string;
}

const ofConnection = (path: string) => () => path.replace('ID', stack().shared.connectionId);

const looks: readonly Look[] = [
  { name: 'sign-in', who: 'stranger', path: () => '/sign-in', ready: 'h1' },
  { name: 'sign-up', who: 'stranger', path: () => '/sign-up', ready: 'h1' },
  { name: 'security', who: 'stranger', path: () => '/security', ready: '[data-row]' },
  { name: 'overview', who: 'owner', path: () => '/overview', ready: '[data-drawn=true]' },
  { name: 'overview, empty', who: 'newcomer', path: () => '/overview', ready: 'h2' },
  { name: 'overview, erased', who: 'former', path: () => '/overview', ready: 'h2' },
  { name: 'views', who: 'owner', path: () => '/views', ready: 'table' },
  { name: 'connections', who: 'owner', path: () => '/connections', ready: 'table' },
  { name: 'connections, erased', who: 'former', path: () => '/connections', ready: 'table' },
  { name: 'new connection', who: 'newcomer', path: () => '/connections/new', ready: 'main form' },
  { name: 'connection', who: 'owner', path: ofConnection('/connections/ID'), ready: '[data-testid=sync]' },
  { name: 'access ledger', who: 'owner', path: ofConnection('/connections/ID/ledger'), ready: 'table' },
  { name: 'settings', who: 'owner', path: () => '/settings', ready: 'main form' },
  { name: 'settings, connections', who: 'owner', path: () => '/settings/connections', ready: 'table' },
  { name: 'settings, delete', who: 'owner', path: () => '/settings/delete', ready: 'main form' },
  { name: 'revoke', who: 'owner', path: ofConnection('/settings/connections/ID'), ready: '#confirmation' },
  { name: 'receipt', who: 'former', path: () => `/receipts/${stack().erased.connectionId}`, ready: 'table' },
];

async function memberOf(who: Who): Promise<Member | null> {
  if (who === 'stranger') return null;
  if (who === 'newcomer') return newWorkspace('A workspace with rather a long name');
  return who === 'owner' ? stack().shared : stack().erased;
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  const found = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1] ?? ''}`),
  }));
  expect(found).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.describe.configure({ mode: 'parallel' });
      test.use({ colorScheme, viewport: { width, height: width === 390 ? 844 : 960 } });
      for (const { name, who, path, ready } of looks) {
        test(`${name} is accessible and runs over nowhere`, async ({ page, context }) => {
          const member = await memberOf(who);
          if (member) await login(context, member);
          await page.goto(path());
          await expect(page.locator(ready).first()).toBeVisible();
          expect(await overflowOf(page)).toBeLessThanOrEqual(0);
          await expectAccessible(page);
        });
      }
    });
  }
}

test.describe('by keyboard', () => {
  test.beforeEach(async ({ page, context }) => {
    await login(context, stack().shared);
    await page.goto('/overview');
    await expect(page.locator('[data-drawn=true]')).toBeVisible();
  });

  test('the first stop skips to the page', async ({ page }) => {
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the page' });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('#content') !== null)).toBe(true);
  });

  test('the palette opens, finds, goes, closes and hands the focus back', async ({ page }) => {
    const search = page.getByRole('button', { name: /^Search or jump to/ });
    const palette = page.getByRole('dialog', { name: 'Search or jump to' });
    await search.focus();
    await page.keyboard.press('ControlOrMeta+k');
    await expect(palette.getByRole('textbox')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(palette).toHaveCount(0);
    await expect(search).toBeFocused();
    await page.keyboard.press('Enter');
    await page.keyboard.type('ninety');
    await expect(palette.getByRole('button', { name: /^Ninety days by region/ })).toBeVisible();
    await expect(palette.getByRole('button')).toHaveCount(1);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/overview\?dates=last-90&by=region&view=/);
    await expect(palette).toHaveCount(0);
  });

  test('a menu opens, is walked through, chooses, and hands the focus back', async ({ page }) => {
    const button = menu(page, 'Amortized');
    await button.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('link', { name: 'Amortized' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(button).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('link', { name: 'Amortized' })).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(dialog.getByRole('link', { name: 'Unblended' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/cost=unblended/);
  });

  test('a filter is found by a few letters and set', async ({ page }) => {
    await menu(page, 'Filter').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByPlaceholder('Service, account or region')).toBeFocused();
    await page.keyboard.type('s3');
    const option = page.getByRole('dialog').getByRole('link', { name: 'Amazon S3' });
    await expect(option).toBeVisible();
    await page.keyboard.press('Tab');
    await expect(option).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByTitle('Take this filter away')).toContainText('Amazon S3');
  });
});

declare global {
  interface Window {
    layoutShift?: number;
  }
}

for (const width of [1440, 390]) {
  test(`the overview does not move once it is there, ${width} px`, async ({ page, context }) => {
    await page.setViewportSize({ width, height: 900 });
    await login(context, stack().shared);
    await page.addInitScript(() => {
      window.layoutShift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
          window.layoutShift = (window.layoutShift ?? 0) + entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto('/overview');
    await expect(page.locator('[data-drawn=true]')).toBeVisible();
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate(() => window.layoutShift)).toBeLessThan(0.05);
  });
}
