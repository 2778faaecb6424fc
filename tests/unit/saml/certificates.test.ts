import { createHash, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { certificateOf, currentPems } from '@/saml/certificates';
import { MetadataRefused, SamlRefused } from '@/saml/types';
import { settings } from '../../attacks/saml/harness';
import { pinned, testKeys, type KeyPair } from '../../attacks/saml/keys';

function der({ certificatePem }: KeyPair): Buffer {
  return new X509Certificate(certificatePem).raw;
}

describe('a certificate', () => {
  it('is read from PEM and from base64 alike', async () => {
    const { idp } = await testKeys();
    const raw = der(idp);
    const read = certificateOf(idp.certificatePem);
    expect(certificateOf(raw.toString('base64'))).toEqual(read);
    expect(certificateOf(`\n  ${raw.toString('base64').replace(/.{40}/g, '$&\r\n\t')}\n`)).toEqual(read);
    expect(read).toMatchObject({
      subject: 'CN=idp.example',
      notBefore: '2025-01-01T00:00:00.000Z',
      notAfter: '2045-01-01T00:00:00.000Z',
      fingerprint: createHash('sha256').update(raw).digest('hex'),
    });
  });

  it('is refused unless it is one, with a strong RSA key', async () => {
    const { idp, other } = await testKeys();
    const ec = await generate([{ name: 'commonName', value: 'ec' }], { keyType: 'ec', algorithm: 'sha256' });
    const short = await generate([{ name: 'commonName', value: 'short' }], {
      keySize: 1024,
      algorithm: 'sha256',
    });
    const refused: [string, RegExp][] = [
      ['', /not one certificate/],
      ['no certificate!', /not one certificate/],
      [idp.privateKeyPem, /not one certificate/],
      [idp.certificatePem + other.certificatePem, /not one certificate|could not be read/],
      ['QUJD', /could not be read/],
      [Buffer.concat([der(idp), der(other)]).toString('base64'), /could not be read/],
      ['A'.repeat(30_000), /not one certificate/],
      [ec.cert, /no RSA key/],
      [short.cert, /at least 2048 bits/],
    ];
    for (const [text, words] of refused) {
      expect(() => certificateOf(text)).toThrow(MetadataRefused);
      expect(() => certificateOf(text)).toThrow(words);
    }
  });

  it('counts from its first moment until just before its last', async () => {
    const { idp } = await settings();
    const { idp: key, idpExpired, idpFuture } = await testKeys();
    const all = { ...idp, certificates: [pinned(idpExpired), pinned(key), pinned(idpFuture)] };
    expect(currentPems(all, new Date('2030-01-01T00:00:00Z'))).toEqual([key.certificatePem]);
    expect(currentPems(all, new Date('2020-01-01T00:00:00Z'))).toEqual([idpExpired.certificatePem]);
    expect(() => currentPems(all, new Date('2021-01-01T00:00:00Z'))).toThrow(SamlRefused);
    expect(currentPems(all, new Date('2043-06-01T00:00:00Z'))).toEqual([
      key.certificatePem,
      idpFuture.certificatePem,
    ]);
  });
});
