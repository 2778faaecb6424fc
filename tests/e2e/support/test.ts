import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { login } from './session';
import { withAccount } from './simulator';
import { stack, type Member } from './stack';

/** What a page did that it must not. A test may name what it provokes itself. */
export class Watch {
  readonly problems: string[] = [];
  private readonly expected: RegExp[] = [];
  private readonly hosts = new Set<string>();

  expectProblem(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  /** Another site that the test goes to on purpose, by its address. What goes wrong on its own pages is its own. */
  allow(url: string): void {
    this.hosts.add(new URL(url).host);
  }

  attach(page: Page, hosts: readonly string[]): void {
    const note = (text: string) => void this.problems.push(`${new URL(page.url()).pathname}: ${text}`);
    page.on('console', (message) => {
      const isOfAnother = [...this.hosts].some((host) =>
        message.location().url.startsWith(`http://${host}/`),
      );
      if (['error', 'warning'].includes(message.type()) && !isOfAnother)
        note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => note(`error: ${error.message}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      const isAllowed = hosts.includes(url.host) || this.hosts.has(url.host);
      if (url.protocol.startsWith('http') && !isAllowed) note(`request to ${request.url()}`);
    });
  }

  unexpected(): string[] {
    return this.problems.filter((problem) => !this.expected.some((pattern) => pattern.test(problem)));
  }
}

/** How many pixels of the page are out of sight to the right. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

interface Fixtures {
  readonly watch: Watch;
  /** The account that the test connects; null where it connects none. */
  readonly account: string | null;
  /** The same account, held until the test is over. */
  readonly held: string;
  /** Another browser, of somebody who is signed in there, or of a stranger; watched as the first is. */
  readonly newPage: (who?: Member) => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  account: [null, { option: true }],
  baseURL: async ({}, use) => use(stack().baseUrl),
  watch: async ({}, use) => use(new Watch()),
  held: async ({ account }, use) => {
    if (account === null) await use('');
    else await withAccount(account, () => use(account));
  },
  newPage: async ({ browser, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (who) => {
      const context = await browser.newContext({ baseURL: stack().baseUrl });
      contexts.push(context);
      if (who) await login(context, who);
      const page = await context.newPage();
      watch.attach(page, [new URL(stack().baseUrl).host]);
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
  // The account is let go last: a page that still watches it would say so.
  page: async ({ page, context, watch, held: _held }, use) => {
    const ours = new URL(stack().baseUrl).host;
    watch.attach(page, [ours]);
    // What we open in a tab of its own is AWS's console.
    context.on('page', (popup) => watch.attach(popup, [ours, new URL(stack().simulatedAwsUrl).host]));
    await use(page);
    expect(watch.unexpected(), 'no console message, no error, no request to another host').toEqual([]);
    if (!page.isClosed())
      expect(await overflowOf(page), 'nothing runs over to the right').toBeLessThanOrEqual(0);
  },
});

export { expect };
