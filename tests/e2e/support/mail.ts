import { expect, type Page } from '@playwright/test';
import { query } from './database';

export interface Mailed {
  readonly subject: string;
  readonly body: string;
}

/** What was mailed to an address, newest first. */
export const mailsTo = (address: string): Promise<Mailed[]> =>
  query<{ subject: string; body: string }>(
    'select subject, body from local_mail where recipient = $1 order by at desc, id desc',
    [address],
  );

/** Opens the demo's inbox and follows the link of the newest mail to an address with this subject. */
export async function followMail(page: Page, address: string, subject: string | RegExp): Promise<void> {
  const mail = page
    .getByRole('article')
    .filter({ hasText: `to ${address}` })
    .filter({ hasText: subject });
  await expect(async () => {
    await page.goto('/inbox');
    await expect(mail.first()).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 10_000 });
  await mail.first().getByRole('link').click();
}
