import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible';
import { expect, overflowOf, test } from './test';

/** A page as it is now, light and dark, wide and narrow: accessible, running over nowhere, and kept as pictures of this name. */
export async function fourLooks(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 960 });
      await page.waitForFunction(
        (scheme) => document.documentElement.dataset['mantineColorScheme'] === scheme,
        colorScheme,
      );
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      await expectAccessible(page);
      await page.screenshot({
        path: test.info().outputPath(`${name}-${colorScheme}-${width}.png`),
        fullPage: true,
      });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 960 });
}
