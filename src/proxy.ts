import { NextResponse, type NextRequest } from 'next/server';
import { securityHeaders } from '@/security/headers';
import { isFromElsewhere } from '@/security/same-origin';

/** Headers for every page, and no write from another site. It decides nothing about who may see what. */
export function proxy(request: NextRequest): NextResponse {
  const asked = {
    method: request.method,
    path: request.nextUrl.pathname,
    origin: request.headers.get('origin'),
    site: request.headers.get('sec-fetch-site'),
    host: request.headers.get('x-forwarded-host') ?? request.headers.get('host'),
  };
  if (isFromElsewhere(asked)) {
    return new NextResponse('This was asked for from another site.\n', { status: 403 });
  }
  const nonce = btoa(crypto.randomUUID());
  const answered = securityHeaders({
    nonce,
    isDevelopment: process.env.NODE_ENV === 'development',
    isSecure: request.nextUrl.protocol === 'https:' || request.headers.get('x-forwarded-proto') === 'https',
  });
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  // For the trail of what staff look at; it replaces whatever the browser sent under this name.
  headers.set('x-belvedere-path', request.nextUrl.pathname + request.nextUrl.search);
  // Next reads the nonce for its own scripts from here.
  headers.set('content-security-policy', answered['content-security-policy'] ?? '');
  const response = NextResponse.next({ request: { headers } });
  for (const [name, value] of Object.entries(answered)) response.headers.set(name, value);
  return response;
}

// What is data and no page goes past it and has its headers from next.config.js: it takes a third of what an answer from
// memory costs, and would keep the body of an upload in memory. Each route looks at the origin itself.
export const config = {
  matcher: ['/((?!_next/static/|_next/image$|favicon\\.svg$|api/|readyz$|healthz$).*)'],
};
