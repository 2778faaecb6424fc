import { NextRequest } from 'next/server';
import { describe, expect, it } from 'vitest';
import { isFromElsewhere, type Asked } from '@/security/same-origin';
import { proxy } from '../../../src/proxy';

const OWN = 'cost.example.com';
const asked = (given: Partial<Asked>): Asked => ({
  method: 'POST',
  path: '/settings/people',
  origin: `https://${OWN}`,
  site: 'same-origin',
  host: OWN,
  ...given,
});

const elsewhere: readonly (readonly [where: string, given: Partial<Asked>])[] = [
  ['another site', { origin: 'https://evil.example', site: 'cross-site' }],
  ['another site, by a browser that does not say so', { origin: 'https://evil.example', site: null }],
  ['another host of the same site', { origin: 'https://blog.example.com', site: 'same-site' }],
  ['a page of ours, as another site says', { site: 'cross-site' }],
  ['a neighbour that names us as its origin', { site: 'same-site' }],
  ['no page at all, under our name', { site: 'none' }],
  ['a sandboxed frame or a file', { origin: 'null', site: 'cross-site' }],
  ['a sandboxed frame, by a browser that says no site', { origin: 'null', site: null }],
  ['nowhere', { origin: null, site: null }],
  ['the address bar', { origin: null, site: 'none' }],
  ['nowhere, although the site is said', { origin: null }],
  ['another port', { origin: `https://${OWN}:8443` }],
  ['a host that only begins like ours', { origin: `https://${OWN}.evil.example` }],
  ['a host that only ends like ours', { origin: `https://evil-${OWN}` }],
  ['a user name that looks like our host', { origin: `https://${OWN}@evil.example` }],
  ['our host, to a server that does not know its own', { host: null }],
  ['what is no address', { origin: OWN }],
  ['two origins', { origin: `https://${OWN}, https://evil.example` }],
];

const FROM_OTHERS = [
  '/sso/0f8b2c1e-1111-4222-8333-944455556666/1f8b2c1e-1111-4222-8333-944455556666/acs',
  '/sso/0f8b2c1e-1111-4222-8333-944455556666/1f8b2c1e-1111-4222-8333-944455556666/slo',
  '/scim/v2',
  '/scim/v2/Users/0f8b2c1e-1111-4222-8333-944455556666',
  '/api/overview',
];
const NEAR_THEM = [
  ...['/sso/confirm', '/sso/a/acs', '/sso/a/b/c/acs', '/sso/a/b/acs/x', '/sso/a/b/acsx', '/x/sso/a/b/acs'],
  ...['/scim/v20/Users', '/scim', '/x/scim/v2', '/api', '/apix', '/x/api/overview', '/settings?to=/api/'],
];

describe('a request that may change something', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'MADE-UP'])('is taken from a page of ours by %s', (method) => {
    expect(isFromElsewhere(asked({ method }))).toBe(false);
    expect(isFromElsewhere(asked({ method, site: null }))).toBe(false);
    expect(isFromElsewhere(asked({ method, origin: 'https://evil.example', site: null }))).toBe(true);
  });

  it.each(elsewhere)('refuses a change that comes from %s', (_, given) => {
    expect(isFromElsewhere(asked(given))).toBe(true);
  });

  it('lets others write to the three places that prove by themselves who sent what, and nowhere near them', () => {
    const stranger = { origin: 'https://idp.example', site: 'cross-site' };
    expect(FROM_OTHERS.filter((path) => isFromElsewhere(asked({ ...stranger, path })))).toEqual([]);
    expect(NEAR_THEM.filter((path) => !isFromElsewhere(asked({ ...stranger, path })))).toEqual([]);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('is no %s, which links from elsewhere may lead to', (method) => {
    expect(isFromElsewhere(asked({ method, origin: null, site: 'cross-site' }))).toBe(false);
  });
});

describe('the proxy', () => {
  const post = (headers: Record<string, string>) =>
    proxy(new NextRequest(`http://10.0.0.7:3000/settings/people`, { method: 'POST', headers }));

  it('answers 403 to another site, and says nothing more', async () => {
    const answer = post({ host: OWN, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain('evil');
    expect(answer.headers.get('x-middleware-next')).toBeNull();
  });

  it('compares with the host that people open, as the proxy in front of us says it', () => {
    const own = { origin: `https://${OWN}`, 'sec-fetch-site': 'same-origin' };
    expect(post({ ...own, host: OWN }).status).toBe(200);
    expect(post({ ...own, host: '10.0.0.7:3000', 'x-forwarded-host': OWN }).status).toBe(200);
    expect(post({ ...own, host: '10.0.0.7:3000' }).status).toBe(403);
  });
});
