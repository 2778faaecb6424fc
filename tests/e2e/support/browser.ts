import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const SYSTEM_CHROMIUM = '/usr/bin/chromium';

// Nothing in the background that could reach for another host.
const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** The system's Chromium where there is one, Playwright's own otherwise. */
export function findBrowser(): { args: string[]; executablePath?: string } {
  return { args: QUIET, ...(existsSync(SYSTEM_CHROMIUM) ? { executablePath: SYSTEM_CHROMIUM } : {}) };
}

/** Throws one sentence where no browser is installed. */
export function requireBrowser(): void {
  if (existsSync(SYSTEM_CHROMIUM) || existsSync(chromium.executablePath())) return;
  throw new Error(
    `The browser tests need Chromium: install the system's at ${SYSTEM_CHROMIUM}, or run npx playwright install chromium.`,
  );
}
