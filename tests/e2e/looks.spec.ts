import { join } from 'node:path';
import { expectAccessible } from './support/accessible';
import { menu } from './support/overview';
import { query } from './support/database';
import { newPerson } from './support/people';
import { login, newMember, newWorkspace } from './support/session';
import { stack, type Member } from './support/stack';
import { expect, overflowOf, test } from './support/test';

type Who =
  'stranger' | 'newcomer' | 'owner' | 'former' | 'halfway' | 'without a factor' | 'without a workspace';

interface Look {
  readonly name: string;
  readonly who: Who;
  readonly path: () => string;
  /** What is there once the page is whole. */
  readonly ready: string;
  /** What its own status makes the browser say. */
  readonly says?: RegExp;
}

const ofConnection = (path: string) => () => path.replace('ID', stack().shared.connectionId);

const looks: readonly Look[] = [
  { name: 'sign-in', who: 'stranger', path: () => '/sign-in', ready: 'h1' },
  { name: 'sign-up', who: 'stranger', path: () => '/sign-up', ready: 'h1' },
  { name: 'security', who: 'stranger', path: () => '/security', ready: '[data-row]' },
  { name: 'privacy', who: 'stranger', path: () => '/privacy', ready: 'h1' },
  { name: 'subprocessors', who: 'stranger', path: () => '/subprocessors', ready: 'h1' },
  { name: 'forgotten password', who: 'stranger', path: () => '/forgot', ready: 'main form' },
  { name: 'new password', who: 'stranger', path: () => `/reset/${'x'.repeat(43)}`, ready: 'main form' },
  { name: 'deleted', who: 'stranger', path: () => '/deleted', ready: 'main h1' },
  { name: 'break glass', who: 'stranger', path: () => '/sign-in/break-glass', ready: 'main form' },
  { name: 'second step', who: 'halfway', path: () => '/sign-in/factor', ready: 'main form' },
  { name: 'invitation that is over', who: 'stranger', path: () => '/invite/x', ready: 'h1' },
  { name: 'refused', who: 'stranger', path: () => '/sso/refused', ready: 'h1', says: /status of 403/ },
  { name: 'second factor', who: 'without a factor', path: () => '/second-factor', ready: 'main section' },
  { name: 'no workspace', who: 'without a workspace', path: () => '/no-workspace', ready: 'main form' },
  { name: 'staff, sign-in', who: 'stranger', path: () => '/staff/sign-in', ready: 'main form' },
  { name: 'inbox', who: 'stranger', path: () => '/inbox', ready: 'article' },
  { name: 'overview', who: 'owner', path: () => '/overview', ready: '[data-drawn=true]' },
  { name: 'overview, empty', who: 'newcomer', path: () => '/overview', ready: 'h2' },
  { name: 'overview, erased', who: 'former', path: () => '/overview', ready: 'h2' },
  { name: 'resources', who: 'owner', path: () => '/resources?group=type', ready: '[data-testid=totals]' },
  { name: 'resources, empty', who: 'newcomer', path: () => '/resources', ready: 'h2' },
  {
    name: 'resource',
    who: 'owner',
    path: () => `/resources/${stack().shared.ref}`,
    ready: '[data-drawn=true]',
  },
  { name: 'views', who: 'owner', path: () => '/views', ready: 'table' },
  { name: 'connections', who: 'owner', path: () => '/connections', ready: 'table' },
  { name: 'connections, erased', who: 'former', path: () => '/connections', ready: 'table' },
  { name: 'new connection', who: 'newcomer', path: () => '/connections/new', ready: 'main form' },
  { name: 'connection', who: 'owner', path: ofConnection('/connections/ID'), ready: '[data-testid=sync]' },
  { name: 'access ledger', who: 'owner', path: ofConnection('/connections/ID/ledger'), ready: 'table' },
  { name: 'settings', who: 'owner', path: () => '/settings', ready: 'main form' },
  { name: 'settings, sign-in', who: 'owner', path: () => '/settings/sign-in', ready: 'main form' },
  { name: 'settings, sessions', who: 'owner', path: () => '/settings/sessions', ready: 'table' },
  { name: 'settings, tokens', who: 'owner', path: () => '/settings/tokens', ready: 'main section' },
  { name: 'settings, tags', who: 'owner', path: () => '/settings/tags', ready: 'main section' },
  { name: 'settings, accounts', who: 'owner', path: () => '/settings/accounts', ready: 'table' },
  { name: 'settings, people', who: 'owner', path: () => '/settings/people', ready: 'table' },
  { name: 'settings, roles', who: 'owner', path: () => '/settings/roles', ready: 'table' },
  { name: 'settings, sso', who: 'owner', path: () => '/settings/sso', ready: 'main form' },
  { name: 'settings, provisioning', who: 'owner', path: () => '/settings/scim', ready: 'details' },
  { name: 'settings, audit', who: 'owner', path: () => '/settings/audit', ready: 'table' },
  { name: 'settings, staff', who: 'owner', path: () => '/settings/staff', ready: 'main form' },
  { name: 'settings, security', who: 'owner', path: () => '/settings/security', ready: 'main form' },
  { name: 'settings, connections', who: 'owner', path: () => '/settings/connections', ready: 'table' },
  { name: 'settings, delete', who: 'owner', path: () => '/settings/delete', ready: 'main form' },
  { name: 'revoke', who: 'owner', path: ofConnection('/settings/connections/ID'), ready: '#confirmation' },
  { name: 'receipt', who: 'former', path: () => `/receipts/${stack().erased.connectionId}`, ready: 'table' },
];

async function memberOf(who: Who): Promise<Member | null> {
  if (who === 'stranger') return null;
  if (who === 'newcomer') return newWorkspace('A workspace with rather a long name');
  if (who === 'without a workspace')
    return { ...stack().shared, userId: (await newPerson('Noa None')).userId };
  if (who === 'halfway') return newMember(stack().shared.workspaceId, 'viewer');
  if (who === 'without a factor') {
    const member = await newWorkspace('Careful Ltd');
    await query('update workspace set require_second_factor = true where id = $1', [member.workspaceId]);
    return member;
  }
  return who === 'owner' ? stack().shared : stack().erased;
}

/** The password was right, and the app is asked for. */
async function goHalfway({ userId }: Member): Promise<void> {
  await query('update app_user set totp_confirmed_at = now() where id = $1', [userId]);
  await query(`update auth_session set stage = 'factor' where user_id = $1`, [userId]);
}

const variants = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1440, 390].map((width) => ({ colorScheme, width })),
);

/** Asked for once: the sizes and the themes are the browser's own to change, as they are for whoever turns a phone. */
test.describe('in light and dark, 1440 and 390 px wide', () => {
  test.describe.configure({ mode: 'parallel' });
  for (const { name, who, path, ready, says } of looks) {
    test(`${name} is accessible and runs over nowhere`, async ({ page, context, watch }) => {
      // Four looks at every element of a page: the list of all actions takes half a minute where two cores do everything else too.
      test.setTimeout(180_000);
      if (says) watch.expectProblem(says);
      const member = await memberOf(who);
      if (member) await login(context, member);
      if (member && who === 'halfway') await goHalfway(member);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.goto(path());
      for (const { colorScheme, width } of variants) {
        await test.step(`${colorScheme}, ${width} px`, async () => {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: width === 390 ? 844 : 960 });
          // A page without scripts, such as a refusal, says nothing of its scheme.
          await page.waitForFunction(
            (scheme) => (document.documentElement.dataset['mantineColorScheme'] ?? scheme) === scheme,
            colorScheme,
          );
          await expect(page.locator(ready).first()).toBeVisible();
          expect(await overflowOf(page)).toBeLessThanOrEqual(0);
          await expectAccessible(page);
          // PICTURES=directory: for whoever wants to look at the pages themselves.
          const pictures = process.env['PICTURES'];
          const picture = `${name.replaceAll(/\W+/g, '-')}-${colorScheme}-${width}.png`;
          if (pictures) await page.screenshot({ path: join(pictures, picture), fullPage: true });
        });
      }
    });
  }
});

test('a chart takes the colours of the page when they change under it', async ({ page, context }) => {
  await login(context, stack().shared);
  for (const path of ['/overview', `/resources/${stack().shared.ref}`]) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(path);
    await expect(page.locator('[data-drawn=true]')).toBeVisible();
    const isDrawnInOurs = () =>
      page.evaluate(() => {
        const colour = getComputedStyle(document.documentElement).getPropertyValue('--series-1').trim();
        return { colour, isUsed: document.querySelector(`[data-drawn] path[fill="${colour}"]`) !== null };
      });
    const light = await isDrawnInOurs();
    expect(light.isUsed, path).toBe(true);
    await page.emulateMedia({ colorScheme: 'dark' });
    const isDark = async () => {
      const now = await isDrawnInOurs();
      return now.isUsed && now.colour !== light.colour;
    };
    await expect.poll(isDark, { message: path }).toBe(true);
  }
});

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
    await expect(page.getByLabel(/^Find a service, account, region/)).toBeFocused();
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
