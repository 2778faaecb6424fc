import { AppError } from '@/errors';
import { SsoRefused } from '@/features/sso/refused';
import { runtime } from '@/runtime';
import { errorResponse } from '@/server/http-errors';

const STYLE = `
:root{color-scheme:light dark;--ground:#f7f7f5;--panel:#fff;--line:#e6e5e1;--ink:#1a1d1f;--second:#5c6468;--accent:#0b6e63}
@media (prefers-color-scheme:dark){:root{--ground:#0f1213;--panel:#16191b;--line:#272c2f;--ink:#eceeee;--second:#a3abaf;--accent:#4cc2b0}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--ink);font:400 14px/20px 'Inter Variable',system-ui,sans-serif}
main{box-sizing:border-box;width:min(400px,calc(100% - 32px));padding:28px;background:var(--panel);border:1px solid var(--line);border-radius:12px}
h1{margin:0;font:600 20px/28px 'Inter Variable',system-ui,sans-serif;letter-spacing:-.01em}
p{margin:10px 0 0;color:var(--second)}
a{color:var(--accent)}
.brand{display:flex;align-items:center;gap:8px;margin:0 0 20px;color:var(--ink);font-weight:600}
.brand span{display:grid;place-items:center;width:22px;height:22px;border-radius:6px;background:var(--accent);color:var(--panel);font-size:12px}
a:focus-visible{outline:2px solid var(--accent);outline-offset:1px}`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Sign-in refused · Belvedere</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="brand"><span aria-hidden="true">B</span>Belvedere</p>
<h1>This sign-in was refused</h1>
<p>Nobody was signed in. Begin again from the <a href="/sign-in">sign-in page</a>, in this browser and without going back.</p>
<p>If it happens again, ask an owner of the workspace: Settings, Single sign-on says why.</p>
</main>
</body>
</html>
`;

/** The one answer to every refusal, whatever was wrong. */
export const refusedResponse = (): Response =>
  new Response(PAGE, {
    status: 403,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });

/** A path of ours, or an address of an identity provider that an owner has entered. */
export const goTo = (to: string, status: 302 | 303): Response =>
  new Response(null, {
    status,
    headers: {
      location: to.startsWith('/') ? `${runtime().config.appUrl}${to}` : to,
      'cache-control': 'no-store',
      // The address holds a ticket or a message.
      'referrer-policy': 'no-referrer',
    },
  });

/** Runs a step of a sign-in: too many requests say so, what went wrong here says so, and everything else is a refusal. */
export async function answering(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SsoRefused) return refusedResponse();
    if (error instanceof AppError && error.code !== 'limit') return refusedResponse();
    return errorResponse(error, runtime().log);
  }
}
