import { createPublicKey, createVerify } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildSignInRequest, type SignInRequest } from '@/saml/sign-in-request';
import { settings } from '../../attacks/saml/harness';
import { testKeys } from '../../attacks/saml/keys';

const ID = '_0123456789abcdef';
const NOW = new Date('2027-03-18T10:00:00.000Z');

async function build(change: Partial<SignInRequest> = {}, ssoUrl?: string): Promise<string> {
  const { sp, idp } = await settings();
  const request = { id: ID, relayState: null, forceAuthn: false, now: NOW, ...change };
  return buildSignInRequest(sp, { ...idp, ssoUrl: ssoUrl ?? idp.ssoUrl }, request);
}

function xmlOf(url: string): string {
  const message = new URL(url).searchParams.get('SAMLRequest') ?? '';
  return inflateRawSync(Buffer.from(message, 'base64')).toString('utf8');
}

describe('a request to sign in', () => {
  it('says who asks, where the answer goes, and nothing that could be refused', async () => {
    expect(xmlOf(await build())).toBe(
      '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_0123456789abcdef" Version="2.0" IssueInstant="2027-03-18T10:00:00.000Z" Destination="https://idp.example/sso" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" AssertionConsumerServiceURL="https://belvedere.example/saml/acme/acs"><saml:Issuer>https://belvedere.example/saml/acme/metadata</saml:Issuer><samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>',
    );
  });

  it('asks for a fresh proof only when it is told to', async () => {
    expect(xmlOf(await build())).not.toContain('ForceAuthn');
    expect(xmlOf(await build({ forceAuthn: true }))).toContain(' ForceAuthn="true"');
  });

  it('is signed by the first key, over its letters as they are sent', async () => {
    const { sp, spOlder } = await testKeys();
    const url = await build({ relayState: "a b+c/~!*()'" });
    const [, query = ''] = url.split('?');
    const at = query.indexOf('&Signature=');
    const signature = Buffer.from(decodeURIComponent(query.slice(at + '&Signature='.length)), 'base64');
    expect(query.slice(0, at)).toMatch(/^SAMLRequest=[^&]+&RelayState=[^&]+&SigAlg=[^&]+rsa-sha256$/);
    const verifies = (pem: string) =>
      createVerify('RSA-SHA256').update(query.slice(0, at)).verify(createPublicKey(pem), signature);
    expect(verifies(sp.certificatePem)).toBe(true);
    expect(verifies(spOlder.certificatePem)).toBe(false);
    expect(new URL(url).searchParams.get('RelayState')).toBe("a b+c/~!*()'");
  });

  it('keeps the parameters that the address has', async () => {
    const url = new URL(await build({}, 'https://idp.example/sso?tenant=1'));
    expect([...url.searchParams.keys()]).toEqual(['tenant', 'SAMLRequest', 'SigAlg', 'Signature']);
  });

  it('escapes what stands in the settings', async () => {
    const { sp, idp } = await settings();
    const evil = { ...sp, entityId: 'a</saml:Issuer><x y="', acsUrl: 'https://b.example/?"><x' };
    const xml = xmlOf(await buildSignInRequest(evil, idp, { id: ID, relayState: null, forceAuthn: false }));
    expect(xml).toContain('<saml:Issuer>a&lt;/saml:Issuer&gt;&lt;x y=&quot;</saml:Issuer>');
    expect(xml).toContain('AssertionConsumerServiceURL="https://b.example/?&quot;&gt;&lt;x"');
  });

  it('is not built with an id that can be guessed or is no name, or a relay state that is too long', async () => {
    for (const id of ['', '_short', '0123456789abcdef0', 'x" y="012345678901234']) {
      await expect(build({ id })).rejects.toThrow(RangeError);
    }
    await expect(build({ relayState: 'ä'.repeat(41) })).rejects.toThrow(RangeError);
  });
});
