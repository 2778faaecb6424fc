import { renderSecurityTxt } from '@/operator/security-txt';
import { runtime } from '@/runtime';

export const dynamic = 'force-dynamic';

/** Where to report a hole (RFC 9116); 404 where the operator named no contact. */
export function GET(): Response {
  const { config, now } = runtime();
  const text = renderSecurityTxt(config.operator, config.appUrl, now());
  if (text === null) return new Response('No contact is set.\n', { status: 404 });
  return new Response(text, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=3600' },
  });
}
