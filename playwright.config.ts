import { defineConfig } from '@playwright/test';
import { findBrowser } from './tests/e2e/support/browser';

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  globalSetup: './tests/e2e/global-setup.ts',
  globalTimeout: 30 * 60_000,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 2,
  // A second try tells a hiccup of a busy machine from a fault; the report names it as flaky.
  retries: 1,
  forbidOnly: true,
  reporter: [['line'], ['json', { outputFile: '.belvedere/e2e-results.json' }]],
  use: {
    viewport: { width: 1440, height: 960 },
    locale: 'en-GB',
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    launchOptions: findBrowser(),
    screenshot: 'only-on-failure',
  },
});
