import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Invalid, PreconditionFailed } from '@/errors';
import { changeProvider, refreshMetadata } from '@/features/sso/change-provider';
import { createConnection } from '@/features/sso/create-connection';
import { forgetExpiredSso, warnOfExpiringCertificates } from '@/features/sso/housekeeping';
import type { FetchMetadataOptions } from '@/saml/fetch-metadata';
import { testKeys, type KeyPair } from '../../attacks/saml/keys';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  begin,
  Browser,
  connected,
  connectionFacts,
  countOf,
  emailOf,
  setUp,
  signInBy,
  trail,
  type Connected,
} from './support';

let bench: Workbench;
let server: Server;
let body = '';
let status = 200;
let fetching: FetchMetadataOptions;
let url: string;
beforeAll(async () => {
  bench = await createWorkbench();
  const tls = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  server = createServer({ key: tls.private, cert: tls.cert }, (_, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://localhost:${(server.address() as AddressInfo).port}/metadata`;
  fetching = { allowLoopback: true, ca: tls.cert, resolve: () => Promise.resolve(['127.0.0.1']) };
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await bench.close();
});
beforeEach(async () => {
  await bench.reset();
  status = 200;
});

const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
const metadataOf = (keys: readonly KeyPair[], sso = 'https://idp.acme.example/sso') =>
  `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.acme.example/metadata">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
  ${keys.map((key) => `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${bare(key.certificatePem)}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`).join('')}
  <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${sso}"/>
  </IDPSSODescriptor></EntityDescriptor>`;

describe('metadata', () => {
  it('pasted or uploaded says all that is needed', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await createConnection(ctx, { name: 'Entra ID' });
    const { idp, other } = await testKeys();
    await changeProvider(ctx, { kind: 'xml', connectionId: id, xml: metadataOf([idp, other]) });
    const facts = await connectionFacts({ ctx, id });
    expect(facts).toMatchObject({
      ...{
        isSetUp: true,
        idpEntityId: 'https://idp.acme.example/metadata',
        idpSsoUrl: 'https://idp.acme.example/sso',
      },
      ...{ idpSloUrl: null, metadataUrl: null },
    });
    expect(facts.certificates.map((one) => one.state)).toEqual(['valid', 'valid']);
  });

  it('is fetched from its address, and fetched again for the provider’s next certificate', async () => {
    const ctx = await bench.newWorkspace();
    const { idp, other } = await testKeys();
    const { id } = await createConnection(ctx, { name: 'Entra ID' });
    body = metadataOf([idp]);
    await changeProvider(ctx, { kind: 'url', connectionId: id, url }, fetching);
    expect(await connectionFacts({ ctx, id })).toMatchObject({ metadataUrl: url, isSetUp: true });
    body = metadataOf([idp, other]);
    await refreshMetadata(ctx, { connectionId: id }, fetching);
    expect((await connectionFacts({ ctx, id })).certificates).toHaveLength(2);
  });

  it('at an address inside the network is not fetched, also where a public name leads there', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await createConnection(ctx, { name: 'Entra ID' });
    const { allowLoopback: _, ...closed } = fetching;
    await expect(changeProvider(ctx, { kind: 'url', connectionId: id, url }, closed)).rejects.toThrow(
      /private network/,
    );
  });

  it('that did not come changes nothing', async () => {
    const ctx = await bench.newWorkspace();
    const { idp } = await testKeys();
    const { id } = await createConnection(ctx, { name: 'Entra ID' });
    body = metadataOf([idp]);
    await changeProvider(ctx, { kind: 'url', connectionId: id, url }, fetching);
    const before = await connectionFacts({ ctx, id });
    for (const wrong of [
      () => (status = 500),
      () => (body = '<html>Sign in</html>'),
      () => (body = 'x'.repeat(2_000_000)),
    ]) {
      status = 200;
      wrong();
      await expect(refreshMetadata(ctx, { connectionId: id }, fetching)).rejects.toThrow(Invalid);
    }
    expect(await connectionFacts({ ctx, id })).toEqual(before);
  });

  it('that was not fetched cannot be fetched again', async () => {
    const made = await setUp(bench, await bench.newWorkspace());
    await expect(refreshMetadata(made.ctx, { connectionId: made.id }, fetching)).rejects.toThrow(
      PreconditionFailed,
    );
  });

  it('with another certificate and none of the tested ones turns the connection off', async () => {
    const made = await connected(bench);
    const { idp, other } = await testKeys();
    const give = (keys: KeyPair[]) =>
      changeProvider(made.ctx, { kind: 'xml', connectionId: made.id, xml: metadataOf(keys) });
    expect(await give([idp, other])).toEqual({ isTurnedOff: false });
    expect(await give([other])).toEqual({ isTurnedOff: false });
    expect(await give([idp])).toEqual({ isTurnedOff: true });
  });
});

const mails = async () =>
  (await bench.database.owner.query('select recipient, subject, body from local_mail order by at, subject'))
    .rows as {
    recipient: string;
    subject: string;
    body: string;
  }[];

async function withCertificateUntil(made: Connected, end: string): Promise<void> {
  await bench.database.owner.query(
    `update sso_connection set idp_certificates = jsonb_set(idp_certificates, '{0,notAfter}', to_jsonb($2::text)) where id = $1`,
    [made.id, end],
  );
}

describe('a certificate that ends', () => {
  it('is told to the owners once 30 days before and once 7 days before', async () => {
    const made = await connected(bench);
    await bench.ctxAs(made.ctx, 'admin');
    await withCertificateUntil(made, '2027-05-01T10:00:00.000Z');
    expect(await warnOfExpiringCertificates(bench.runtime)).toBe(0);
    bench.clock.set('2027-04-01T10:00:00Z');
    expect(await warnOfExpiringCertificates(bench.runtime)).toBe(1);
    bench.clock.set('2027-04-23T10:00:00Z');
    expect(await warnOfExpiringCertificates(bench.runtime)).toBe(0);
    bench.clock.set('2027-04-24T11:00:00Z');
    expect(await warnOfExpiringCertificates(bench.runtime)).toBe(1);
    bench.clock.set('2027-04-30T10:00:00Z');
    expect(await warnOfExpiringCertificates(bench.runtime)).toBe(0);
    bench.clock.set('2027-05-01T10:00:01Z');
    expect(await warnOfExpiringCertificates(bench.runtime)).toBe(0);
    const sent = await mails();
    const owner = await emailOf(bench, made.ctx);
    expect(sent.map((mail) => [mail.recipient, mail.subject])).toEqual([
      [owner, 'A single sign-on certificate of Acme ends in 30 days'],
      [owner, 'A single sign-on certificate of Acme ends in 6 days'],
    ]);
    expect(sent[0]?.body).toContain('on 2027-05-01 at 10:00 UTC');
    expect(
      (await trail(bench, made.ctx, 'sso.certificate-expiring')).map((one) => one.detail['days']),
    ).toEqual([30, 7]);
  });

  it('is told once by two workers at the same moment, and never of a connection that is off', async () => {
    const made = await connected(bench);
    const draft = await setUp(bench, await bench.newWorkspace('Other'));
    for (const one of [made, draft]) await withCertificateUntil(one, '2027-04-01T10:00:00.000Z');
    const counts = await Promise.all([1, 2].map(() => warnOfExpiringCertificates(bench.runtime)));
    expect(counts.toSorted()).toEqual([0, 1]);
    expect(await mails()).toHaveLength(1);
    expect((await connectionFacts(made)).certificates).toMatchObject([{ state: 'soon', days: 14 }]);
  });
});

it('keeps requests and assertions no longer than they are needed', async () => {
  const made = await connected(bench);
  await signInBy(bench, made);
  await begin(bench, made, new Browser(bench));
  await forgetExpiredSso(bench.runtime);
  const rows = async () => [
    await countOf(bench, 'select count(*) from saml_request'),
    (await countOf(bench, 'select count(*) from saml_assertion')) > 0,
  ];
  expect(await rows()).toEqual([1, true]);
  bench.clock.advance(30 * 60_000);
  await forgetExpiredSso(bench.runtime);
  expect(await rows()).toEqual([0, false]);
});
