import { describe, expect, it } from 'vitest';
import { DOMParser } from '@xmldom/xmldom';
import { buildMetadata, parseIdpMetadata } from '@/saml/metadata';
import { MetadataRefused, type SpSettings } from '@/saml/types';
import { spKey, testKeys, type KeyPair } from '../../attacks/saml/keys';

const MD = 'urn:oasis:names:tc:SAML:2.0:metadata';
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

function base64({ certificatePem }: KeyPair): string {
  return certificatePem.replace(/-----[A-Z ]+-----|\s/g, '');
}

function key(pair: KeyPair, use: string | null = 'signing'): string {
  const attribute = use === null ? '' : ` use="${use}"`;
  return `<md:KeyDescriptor${attribute}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n  ${base64(pair).replace(/.{64}/g, '$&\n  ')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
}

function service(name: string, binding: string, location: string): string {
  return `<md:${name} Binding="${binding}" Location="${location}"/>`;
}

const SSO = service('SingleSignOnService', REDIRECT, 'https://idp.example/sso');

function descriptor(inner: string, entityId = 'https://idp.example/metadata'): string {
  return `<md:EntityDescriptor xmlns:md="${MD}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${entityId}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${inner}</md:IDPSSODescriptor></md:EntityDescriptor>`;
}

const entities = (inner: string) =>
  `<md:EntitiesDescriptor xmlns:md="${MD}">${inner}</md:EntitiesDescriptor>`;

function expectRefusal(xml: string, words: RegExp): void {
  expect(() => parseIdpMetadata(xml)).toThrow(MetadataRefused);
  expect(() => parseIdpMetadata(xml)).toThrow(words);
}

describe('metadata of an identity provider', () => {
  it('gives what a connection needs', async () => {
    const { idp, other, sp } = await testKeys();
    const xml = descriptor(
      key(idp) +
        key(other, null) +
        key(sp, 'encryption') +
        key(idp) +
        service('SingleLogoutService', POST, 'https://idp.example/slo-post') +
        service('SingleLogoutService', REDIRECT, 'https://idp.example/slo') +
        service('SingleSignOnService', POST, 'https://idp.example/sso-post') +
        SSO,
    );
    const settings = parseIdpMetadata(
      `\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- of today -->\r\n${xml}`,
    );
    expect(settings).toMatchObject({
      entityId: 'https://idp.example/metadata',
      ssoUrl: 'https://idp.example/sso',
      sloUrl: 'https://idp.example/slo',
    });
    expect(settings.certificates.map(({ pem }) => pem.replace(/-----[A-Z ]+-----|\s/g, ''))).toEqual([
      base64(idp),
      base64(other),
    ]);
  });

  it('may offer no logout', async () => {
    const { idp } = await testKeys();
    expect(parseIdpMetadata(descriptor(key(idp) + SSO)).sloUrl).toBeNull();
  });

  it('takes the first certificate of a chain alone: its issuers sign no messages', async () => {
    const { idp, other } = await testKeys();
    const chain = key(idp).replace(
      '</ds:X509Certificate>',
      `</ds:X509Certificate><ds:X509Certificate>${base64(other)}</ds:X509Certificate>`,
    );
    expect(parseIdpMetadata(descriptor(chain + SSO)).certificates).toHaveLength(1);
  });

  it('may hold one identity provider among others that are none', async () => {
    const { idp } = await testKeys();
    const application = `<md:EntityDescriptor entityID="app"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></md:EntityDescriptor>`;
    expect(parseIdpMetadata(entities(application + descriptor(key(idp) + SSO))).entityId).toBe(
      'https://idp.example/metadata',
    );
    const two = descriptor(key(idp) + SSO) + descriptor(key(idp) + SSO, 'https://second.example');
    expectRefusal(entities(two), /more than one identity provider/);
  });

  it('is refused in plain words', async () => {
    const { idp } = await testKeys();
    const good = descriptor(key(idp) + SSO);
    expectRefusal('', /could not be read/);
    expectRefusal('{"issuer":"https://idp.example"}', /could not be read/);
    expectRefusal(`${good}<a/>`, /could not be read/);
    expectRefusal(`<!DOCTYPE md [<!ENTITY x SYSTEM "file:///etc/passwd">]>${good}`, /document type/);
    expectRefusal(`<!-- a --><!DOCTYPE md>${good}`, /document type/);
    expectRefusal(good + ' '.repeat(1024 * 1024), /1 MB/);
    expectRefusal(good.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'), /metadata of an application/);
    expectRefusal(good.replace('SAML:2.0:protocol', 'SAML:1.1:protocol'), /no SAML 2.0 identity provider/);
    expectRefusal(good.replace(/entityID="[^"]+"/, 'entityID=" "'), /entityID/);
    expectRefusal(descriptor(SSO), /no certificate that signs/);
    expectRefusal(descriptor(key(idp, 'encryption') + SSO), /no certificate that signs/);
    expectRefusal(
      descriptor(key(idp).replace(/M[A-Za-z\d+/]{8}/, 'AAAA') + SSO),
      /certificate could not be read/,
    );
    expectRefusal(descriptor(key(idp)), /HTTP-Redirect/);
    expectRefusal(
      descriptor(key(idp) + service('SingleSignOnService', POST, 'https://idp.example/sso')),
      /HTTP-Redirect/,
    );
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://idp.example/sso',
    'https://ada:secret@idp.example/sso',
    'https://idp.example/sso#fragment',
    '//idp.example/sso',
    `https://idp.example/${'x'.repeat(3000)}`,
  ])('sends no browser to %.40s', async (location) => {
    const { idp } = await testKeys();
    expectRefusal(
      descriptor(key(idp) + service('SingleSignOnService', REDIRECT, location)),
      /sign-in address/,
    );
    expectRefusal(
      descriptor(key(idp) + SSO + service('SingleLogoutService', REDIRECT, location)),
      /logout address/,
    );
  });

  it('may be on this computer over http, for trying out', async () => {
    const { idp } = await testKeys();
    const local = service('SingleSignOnService', REDIRECT, 'http://127.0.0.1:4570/sso');
    expect(parseIdpMetadata(descriptor(key(idp) + local)).ssoUrl).toBe('http://127.0.0.1:4570/sso');
    expectRefusal(
      descriptor(key(idp) + local.replace('127.0.0.1', '127.0.0.1.evil.example')),
      /sign-in address/,
    );
  });
});

describe('our own metadata', () => {
  it('shows every key for both uses, the current one first', async () => {
    const { sp, spOlder } = await testKeys();
    const settings: SpSettings = {
      entityId: 'https://belvedere.example/saml/a&b/metadata',
      acsUrl: 'https://belvedere.example/saml/a&b/acs',
      sloUrl: 'https://belvedere.example/saml/a&b/slo',
      keys: [spKey('new', sp), spKey('old', spOlder)],
    };
    const root = new DOMParser().parseFromString(buildMetadata(settings), 'text/xml').documentElement;
    if (root === null) throw new Error('No metadata.');
    const all = (name: string) => Array.from(root.getElementsByTagNameNS(MD, name));
    expect(root.getAttribute('entityID')).toBe(settings.entityId);
    const role = all('SPSSODescriptor')[0];
    expect([role?.getAttribute('AuthnRequestsSigned'), role?.getAttribute('WantAssertionsSigned')]).toEqual([
      'true',
      'true',
    ]);
    expect(all('KeyDescriptor').map((one) => [one.getAttribute('use'), one.textContent?.trim()])).toEqual([
      ['signing', base64(sp)],
      ['signing', base64(spOlder)],
      ['encryption', base64(sp)],
      ['encryption', base64(spOlder)],
    ]);
    expect(all('AssertionConsumerService').map((one) => one.getAttribute('Location'))).toEqual([
      settings.acsUrl,
    ]);
    expect(all('SingleLogoutService').map((one) => one.getAttribute('Binding'))).toEqual([REDIRECT, POST]);
    // The schema gives the order: keys, logout, then where responses go.
    const order = Array.from(role?.childNodes ?? [])
      .map(({ nodeName }) => nodeName)
      .filter((name) => name !== '#text');
    expect([...new Set(order)]).toEqual([
      'md:KeyDescriptor',
      'md:SingleLogoutService',
      'md:AssertionConsumerService',
    ]);
    expect(buildMetadata(settings)).not.toMatch(/PRIVATE/);
  });
});
