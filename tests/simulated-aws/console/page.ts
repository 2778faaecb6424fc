import type { WireResponse } from '../http/aws-error';
import { FRAME_SCRIPT } from './frame-script';
import { STYLE } from './style';
import { VIEWS_SCRIPT } from './views-script';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Simulated AWS console</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>
  <a class="home" href="/console">Simulated AWS console</a>
  <nav aria-label="Console"><a href="/console#/stacks">Stacks</a><a href="/console#/roles">Roles</a></nav>
  <label class="account">Signed in as <select id="account" data-testid="account-select"></select></label>
</header>
<p class="notice">This is a stand-in for AWS on this machine. Nothing here reaches Amazon.</p>
<main id="view" aria-live="polite"></main>
<script>${FRAME_SCRIPT}${VIEWS_SCRIPT}</script>
</body>
</html>`;

export function consolePage(): WireResponse {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'",
  };
  return { status: 200, headers, body: PAGE };
}
