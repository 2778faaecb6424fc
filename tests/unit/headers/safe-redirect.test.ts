import { describe, expect, it } from 'vitest';
import { safeReturnPath } from '@/security/safe-redirect';

const FALLBACK = '/overview';

describe('safeReturnPath', () => {
  it.each([
    '/',
    '/overview',
    '/overview?period=last-month&group=service#top',
    '/views/0f8b2c1e-1111-4222-8333-944455556666',
    '/settings/connections/',
    '/overview?service=Amazon%20EC2%20%26%20more',
    '/overview?from=https://elsewhere.example//x',
    '/security?q=a%5Cb',
    '/@someone',
    '/a:b',
    '/sign-in?next=%2Foverview%3Fa%3D1',
  ])('goes back to %s', (path) => {
    expect(safeReturnPath(path, FALLBACK)).toBe(path);
  });

  it.each([
    ['a host after two slashes', '//evil.example'],
    ['a host after three slashes', '///evil.example'],
    ['a slash and a backslash', '/\\evil.example'],
    ['two backslashes', '\\\\evil.example'],
    ['a backslash and a slash', '\\/evil.example'],
    ['a backslash further on', '/overview\\..\\\\evil.example'],
    ['a scheme', 'https://evil.example/'],
    ['a scheme without slashes', 'https:evil.example'],
    ['a scheme with one slash', 'https:/evil.example'],
    ['a scheme in capitals', 'HTTPS:evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,hello'],
    ['a host alone', 'evil.example'],
    ['a name before a host', '@evil.example'],
    ['a path that is not absolute', 'overview'],
    ['a path upwards', '../overview'],
    ['a query alone', '?a=b'],
    ['a place on the page alone', '#top'],
    ['nothing', ''],
    ['a space in front', ' /overview'],
    ['a tab between two slashes', '/\t/evil.example'],
    ['a line break between two slashes', '/\n/evil.example'],
    ['a carriage return in front of a host', '\r//evil.example'],
    ['a null', '/\u0000/evil.example'],
    ['a header of its own', '/overview\r\nset-cookie: a=b'],
    ['a header of its own, encoded', '/overview%0d%0aset-cookie:%20a=b'],
    ['a header of its own, encoded, in the query', '/overview?a=%0D%0Aset-cookie:b'],
    ['an encoded slash', '/%2fevil.example'],
    ['two encoded slashes', '/%2F%2Fevil.example'],
    ['an encoded backslash', '/%5cevil.example'],
    ['a slash that is encoded twice', '/%252fevil.example'],
    ['a backslash that is encoded three times', '/%25255cevil.example'],
    ['something encoded more often than it can be needed', '/%252525252fevil.example'],
    ['an encoded tab between slashes', '/%09/evil.example'],
    ['broken encoding', '/%zz'],
    ['a lone percent', '/100%'],
    ['overlong encoding of a slash', '/%c0%afevil.example'],
    ['dots before two slashes', '/.//evil.example'],
    ['dots upwards before two slashes', '/..//evil.example'],
    ['encoded dots before two slashes', '/%2e%2e//evil.example'],
    ['a path with two slashes inside', '/a/..//evil.example'],
    ['a wide slash', '/\uff0fevil.example'],
    ['an encoded line separator', '/%e2%80%a8/evil.example'],
    ['a letter that turns the text around', '/\u202eevil'],
    ['a zero-width space', '/\u200b/evil.example'],
    ['more than fits', `/${'a'.repeat(2048)}`],
  ])('goes to its own place instead of %s', (_, value) => {
    expect(safeReturnPath(value, FALLBACK)).toBe(FALLBACK);
  });

  it.each([undefined, null, 7, ['/overview'], { toString: () => '//evil.example' }])(
    'takes a text alone, not %j',
    (value) => {
      expect(safeReturnPath(value, FALLBACK)).toBe(FALLBACK);
    },
  );

  it('never lets a browser leave, whatever is made of slashes, dots and their like', () => {
    const parts = ['/', '\\', '.', '%2f', '%5C', '%2e', '\t', '@', ':', 'evil.example', '?', '#', '%', '%25'];
    let seed = 7;
    const next = () => (seed = (seed * 48_271) % 2_147_483_647);
    let kept = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const value = Array.from({ length: 1 + (next() % 7) }, () => parts[next() % parts.length]).join('');
      const path = safeReturnPath(`/${value}`, '/fallback');
      if (path !== '/fallback') kept += 1;
      const once = decodeURIComponent(path.split(/[?#]/)[0] ?? '');
      for (const seen of [path, once]) {
        const url = new URL(seen, 'https://cost.example.com/sign-in');
        expect(url.origin, path).toBe('https://cost.example.com');
        // Where only the path is kept of it and gone to again.
        expect(new URL(url.pathname, url).origin, path).toBe('https://cost.example.com');
      }
    }
    expect(kept).toBeGreaterThan(500);
  });
});
