import { gzipSync } from 'node:zlib';
import autocannon from 'autocannon';
import { encode } from 'next-auth/jwt';
import type { Runtime } from '../src/runtime';
import { openSession } from '../tests/support/open-session';

const COOKIE = 'belvedere-session';

export async function sessionCookie(runtime: Runtime, userId: string, secret: string): Promise<string> {
  const sessionToken = await openSession(runtime, userId);
  return `${COOKIE}=${await encode({ token: { sessionToken }, secret, salt: COOKIE })}`;
}

export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly perSecond: number;
  readonly failed: number;
}

/**
 * Latencies in milliseconds with so many readers at once, each asking again as soon as it is answered; of several addresses each
 * takes the next that nobody has taken yet, and begins again after the last.
 */
export async function benchUrl(
  urls: string | readonly string[],
  cookie: string,
  readers: number,
  seconds: number,
): Promise<Latency> {
  const times: number[] = [];
  const all = typeof urls === 'string' ? [urls] : urls;
  let taken = 0;
  const setupRequest = (request: autocannon.Request): autocannon.Request => {
    const { pathname, search } = new URL(all[taken % all.length] ?? '');
    taken += 1;
    return { ...request, path: pathname + search };
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: all[0] ?? '',
        connections: readers,
        duration: seconds,
        headers: { cookie },
        ...(all.length > 1 ? { requests: [{ setupRequest }] } : {}),
      },
      (error: unknown, done) => (error ? reject(error as Error) : resolve(done)),
    );
    run.on('response', (_client, _status, _bytes, time) => void times.push(time));
  });
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return {
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    perSecond: result.requests.average,
    failed: result.non2xx + result.errors,
  };
}

/** Gzipped bytes of the scripts that a page's HTML names, the polyfill for browsers without modules apart. */
export async function firstLoadJs(base: string, path: string, cookie: string): Promise<number> {
  const html = await (await fetch(base + path, { headers: { cookie } })).text();
  const scripts = [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"[^>]*>/g)];
  const urls = new Set(
    scripts.filter((script) => !/\bnomodule\b/i.test(script[0])).map((script) => script[1] ?? ''),
  );
  const sizes = await Promise.all(
    [...urls].map(
      async (url) =>
        gzipSync(Buffer.from(await (await fetch(new URL(url, base))).arrayBuffer()), { level: 9 }).length,
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
