import { Secret, TOTP } from 'otpauth';
import { expect, type CDPSession, type Page } from '@playwright/test';
import { query } from './database';

const HALF_MINUTE_MS = 30_000;

/** What an authenticator app shows, some steps from now. */
export const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: Date.now() + steps * HALF_MINUTE_MS,
  });

/** As if half a minute had gone by since the last code, which opens nothing a second time. */
export const forgetLastCode = (userId: string): Promise<unknown> =>
  query('update app_user set totp_last_step = totp_last_step - 3 where id = $1', [userId]);

/** Adds an app on the page that is open, and gives the secret that it now has. */
export async function addApp(page: Page): Promise<string> {
  await page
    .getByRole('region', { name: 'Authenticator app' })
    .getByRole('button', { name: 'Add', exact: true })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Authenticator app' });
  await expect(dialog.getByRole('img', { name: 'QR code' })).toBeVisible();
  const text = await dialog.getByText(/^Or type it:/).innerText();
  const secret = text.replace(/^Or type it:/, '').replaceAll(/\s/g, '');
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  await dialog.getByLabel('Code from your app').fill(codeOf(secret));
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog).toHaveCount(0);
  return secret;
}

/** A device with a fingerprint reader, in this page's browser. It always finds the right finger. */
export async function attachAuthenticator(page: Page): Promise<CDPSession> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return devtools;
}
