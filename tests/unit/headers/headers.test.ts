import { NextRequest } from 'next/server';
import { describe, expect, it } from 'vitest';
import { config, proxy } from '@/proxy';
import { dataPaths } from '@/security/fixed-headers';
import { securityHeaders } from '@/security/headers';
import nextConfig from '../../../next.config.js';
import { faultsOf } from './grade';

const nonce = 'MDEyMzQ1NjctODlhYi00Y2RlLWY=';
const live = securityHeaders({ nonce, isDevelopment: false, isSecure: true });
const without = (name: string) => Object.fromEntries(Object.entries(live).filter(([key]) => key !== name));
const policy = (change: (text: string) => string) => ({
  ...live,
  'content-security-policy': change(live['content-security-policy'] ?? ''),
});

function answer(url: string, headers: Record<string, string> = {}): Headers {
  return proxy(new NextRequest(url, { headers })).headers;
}

const sent = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => !name.startsWith('x-middleware')));

describe('the security headers', () => {
  it('leave nothing that Observatory or OWASP would hold against them', () => {
    expect(faultsOf(live)).toEqual([]);
  });

  it('are graded by something that sees what is missing', () => {
    for (const name of Object.keys(live)) expect(faultsOf(without(name)), name).not.toEqual([]);
    expect(faultsOf({}).length).toBeGreaterThan(15);
  });

  it.each([
    [
      'inline scripts',
      policy((text) => text.replace("'strict-dynamic'", "'strict-dynamic' 'unsafe-inline'")),
    ],
    ['eval', securityHeaders({ nonce, isDevelopment: true, isSecure: true })],
    [
      'scripts of other hosts',
      policy((text) => text.replace('script-src', 'script-src https://cdn.example')),
    ],
    ['any connection', policy((text) => text.replace("connect-src 'self'", 'connect-src https:'))],
    ['forms to elsewhere', policy((text) => text.replace("form-action 'self'", 'form-action *'))],
    ['frames', policy((text) => text.replace("frame-ancestors 'none'", "frame-ancestors 'self'"))],
    ['a nonce that can be guessed', policy((text) => text.replace(nonce, 'abc'))],
    ['half a year of https', { ...live, 'strict-transport-security': 'max-age=15768000; includeSubDomains' }],
    ['a server that names itself', { ...live, 'x-powered-by': 'Next.js' }],
    ['readers of other origins', { ...live, 'access-control-allow-origin': '*' }],
  ])('are graded by something that sees %s', (_, headers) => {
    expect(faultsOf(headers)).toHaveLength(1);
  });

  it('upgrade requests over https alone, which a browser on this machine could not follow', () => {
    const plain = securityHeaders({ nonce, isDevelopment: false, isSecure: false });
    expect(live['content-security-policy']).toContain('upgrade-insecure-requests');
    expect(plain['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect(faultsOf(plain)).toEqual([]);
  });
});

describe('the proxy', () => {
  it('sets them on every page, each with a nonce of its own that the page is told', () => {
    const nonces = new Set<string>();
    for (const path of ['/', '/sign-in', '/settings/tags', '/.well-known/security.txt']) {
      const headers = answer(`https://cost.example.com${path}`);
      expect(faultsOf(sent(headers)), path).toEqual([]);
      const told = headers.get('x-middleware-request-x-nonce') ?? '';
      expect(headers.get('content-security-policy'), path).toContain(`'nonce-${told}'`);
      expect(headers.get('x-middleware-request-content-security-policy'), path).toContain(told);
      nonces.add(told);
    }
    expect(nonces.size).toBe(4);
  });

  it('is asked wherever there is no fixed answer to it, and nowhere else', async () => {
    const asked = (path: string) =>
      config.matcher.some((pattern) => new RegExp(`^${pattern}$`).test(path)) ? 'proxy' : 'fixed';
    const rules = (await nextConfig.headers?.()) ?? [];
    expect(rules.map((rule) => rule.source)).toEqual(dataPaths);
    for (const { headers } of rules) {
      expect(faultsOf(Object.fromEntries(headers.map(({ key, value }) => [key, value])))).toEqual([]);
    }
    for (const path of [
      '/api/overview',
      '/api/uploads/x/content',
      '/api/nothing',
      '/readyz',
      '/healthz',
      '/favicon.svg',
    ]) {
      expect(asked(path), path).toBe('fixed');
    }
    for (const path of ['/overview', '/scim/v2/Users', '/sso/a/b/acs'])
      expect(asked(path), path).toBe('proxy');
    for (const path of [
      '/',
      '/api',
      '/apis',
      '/readyzz',
      '/favicon.svgx',
      '/_next/imagex',
      '/_next/staticx',
    ]) {
      expect(asked(path), path).toBe('proxy');
    }
  });

  it('takes no nonce and no policy from the request', () => {
    const headers = answer('https://cost.example.com/', {
      'x-nonce': nonce,
      'content-security-policy': `script-src 'nonce-${nonce}'`,
    });
    expect([...headers].filter(([, value]) => value.includes(nonce))).toEqual([]);
  });

  it('believes the proxy in front that says https', () => {
    const policyOf = (headers: Record<string, string>) =>
      answer('http://10.0.0.7:3000/', headers).get('content-security-policy');
    expect(policyOf({ 'x-forwarded-proto': 'https' })).toContain('upgrade-insecure-requests');
    expect(policyOf({})).not.toContain('upgrade-insecure-requests');
  });

  it('stands before a server that does not name itself', () => {
    expect(nextConfig.poweredByHeader).toBe(false);
  });
});
