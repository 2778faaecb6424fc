import type { IdpUser, PendingLogin } from './state';

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>body{font:16px system-ui;margin:3rem auto;max-width:32rem}button{font:inherit;display:block;margin:.5rem 0;padding:.6rem 1rem;width:100%;text-align:left}</style>
</head><body><h1>${escapeHtml(title)}</h1>${body}</body></html>`;
}

export function loginPage(token: string, pending: PendingLogin, users: readonly IdpUser[]): string {
  const buttons = users.map(
    ({ email, name }) =>
      `<button type="submit" name="user" value="${escapeHtml(email)}">${escapeHtml(name)} (${escapeHtml(email)})</button>`,
  );
  const asked = pending.forceAuthn ? '<p>The application asks you to prove who you are again.</p>' : '';
  return page(
    'Simulated identity provider',
    `<p>Sign in to ${escapeHtml(pending.sp)} as</p>${asked}<form method="post" action="/login"><input type="hidden" name="pending" value="${escapeHtml(token)}">${buttons.join('')}</form>`,
  );
}

/** Sends itself; the button is for browsers without scripts. */
export function postPage(action: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return page(
    'Going on',
    `<form method="post" action="${escapeHtml(action)}">${inputs.join('')}<button type="submit">Go on</button></form><script>document.forms[0].submit()</script>`,
  );
}

export function textPage(title: string, text: string): string {
  return page(title, `<p>${escapeHtml(text)}</p>`);
}
