import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Forbidden, Invalid, NotFound, PreconditionFailed, StepUpNeeded } from '@/errors';
import {
  activateConnection,
  deactivateConnection,
  deleteConnection,
} from '@/features/sso/activate-connection';
import { changeMapping, changeOptions } from '@/features/sso/change-options';
import {
  addCertificate,
  changeProvider,
  refreshMetadata,
  removeCertificate,
} from '@/features/sso/change-provider';
import { createConnection } from '@/features/sso/create-connection';
import { addDomain, checkDomain, removeDomain } from '@/features/sso/domains';
import { enforceSso } from '@/features/sso/enforce-sso';
import { retireKey, rotateKey } from '@/features/sso/keys';
import { readMetadata } from '@/features/sso/read-metadata';
import { readSso } from '@/features/sso/read-sso';
import { ssoForEmail, listSso } from '@/features/sso/sso-for-email';
import { buildMetadata } from '@/saml/metadata';
import { testKeys } from '../../attacks/saml/keys';
import { openSession } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  answerFor,
  begin,
  Browser,
  connected,
  connectionFacts,
  countOf,
  finish,
  IDP_SSO,
  ownDomain,
  receive,
  requestIdIn,
  setUp,
  signInBy,
  testLogin,
  trail,
  userOf,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const ID = '7d8b0c52-54f5-4d4c-8f4f-1c8f7f1f0000';
const stale = (ctx: Ctx): Ctx => ({
  ...ctx,
  actor: {
    kind: 'user',
    userId: userOf(ctx),
    role: 'owner',
    session: { id: ID, method: 'password', steppedUpAt: null },
  },
});

const optionsOf = (connectionId: string) => ({
  ...{ connectionId, name: 'Okta', defaultRole: 'viewer' as const, groupRules: [] },
  ...{ isJitOn: true, allowIdpInitiated: false, wantEncrypted: false, wantSignedAssertion: true },
});

/** Every way to write, on one connection. */
const writes = (
  connectionId: string,
  certificate: string,
): Record<string, (ctx: Ctx) => Promise<unknown>> => ({
  createConnection: (ctx) => createConnection(ctx, { name: 'Okta' }),
  changeProvider: (ctx) => changeProvider(ctx, { kind: 'xml', connectionId, xml: '<x/>' }),
  refreshMetadata: (ctx) => refreshMetadata(ctx, { connectionId }),
  addCertificate: (ctx) => addCertificate(ctx, { connectionId, certificate }),
  removeCertificate: (ctx) => removeCertificate(ctx, { connectionId, fingerprint: 'a'.repeat(64) }),
  changeMapping: (ctx) => changeMapping(ctx, { connectionId, email: null, name: null, groups: null }),
  changeOptions: (ctx) => changeOptions(ctx, optionsOf(connectionId)),
  activateConnection: (ctx) => activateConnection(ctx, { connectionId }),
  deactivateConnection: (ctx) => deactivateConnection(ctx, { connectionId }),
  deleteConnection: (ctx) => deleteConnection(ctx, { connectionId }),
  addDomain: (ctx) => addDomain(ctx, { domain: 'new.example' }),
  checkDomain: (ctx) => checkDomain(ctx, { domain: 'acme.example' }),
  removeDomain: (ctx) => removeDomain(ctx, { domain: 'acme.example' }),
  enforceSso: (ctx) => enforceSso(ctx, { isEnforced: true }),
  rotateKey: (ctx) => rotateKey(ctx),
  retireKey: (ctx) => retireKey(ctx, { keyId: ID }),
});

describe('who may', () => {
  it('write: owners who have just shown that it is them', async () => {
    const made = await connected(bench);
    const { idp } = await testKeys();
    const admin = await bench.ctxAs(made.ctx, 'admin');
    for (const [name, write] of Object.entries(writes(made.id, idp.certificatePem))) {
      await expect(write(admin), name).rejects.toThrow(Forbidden);
      await expect(write(stale(made.ctx)), name).rejects.toThrow(StepUpNeeded);
    }
  });

  it('write to what is their own: for everybody else it does not exist', async () => {
    const made = await connected(bench);
    const other = await bench.newWorkspace('Other');
    const { idp } = await testKeys();
    const {
      createConnection: _,
      addDomain: __,
      enforceSso: ___,
      ...rest
    } = writes(made.id, idp.certificatePem);
    for (const [name, write] of Object.entries(rest))
      await expect(write(other), name).rejects.toThrow(NotFound);
    expect((await readSso(other)).connections).toEqual([]);
    expect(await connectionFacts(made)).toMatchObject({ status: 'active', isTested: true });
  });

  it('read: admins, and nobody below', async () => {
    const made = await connected(bench);
    const seen = await readSso(await bench.ctxAs(made.ctx, 'admin'));
    expect(seen).toMatchObject({ mayWrite: false, connections: [{ status: 'active' }] });
    expect(JSON.stringify(seen)).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE|v1\./);
    await expect(readSso(await bench.ctxAs(made.ctx, 'editor'))).rejects.toThrow(Forbidden);
  });
});

describe('turning a connection on', () => {
  it('takes a provider, a test login and a verified domain, in any order', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await createConnection(ctx, { name: 'Okta' });
    const on = () => activateConnection(ctx, { connectionId: id });
    await expect(on()).rejects.toThrow('Tell Belvedere about your provider first.');
    await deleteConnection(ctx, { connectionId: id });
    const made = await setUp(bench, ctx);
    const again = () => activateConnection(ctx, { connectionId: made.id });
    await expect(again()).rejects.toThrow('Try a test login with these settings first.');
    await testLogin(bench, made);
    await expect(again()).rejects.toThrow('Verify a domain of yours first.');
    await ownDomain(ctx);
    await again();
    expect(await connectionFacts(made)).toMatchObject({ status: 'active' });
    expect(await trail(bench, ctx, 'sso.activated')).toMatchObject([
      { actor_id: userOf(ctx), subject_id: made.id },
    ]);
  });

  it('is for one at a time', async () => {
    const made = await connected(bench);
    const second = await setUp(bench, made.ctx, 'https://entra.example');
    await testLogin(bench, second);
    await expect(activateConnection(made.ctx, { connectionId: second.id })).rejects.toThrow(
      PreconditionFailed,
    );
    await deactivateConnection(made.ctx, { connectionId: made.id });
    await activateConnection(made.ctx, { connectionId: second.id });
    expect((await readSso(made.ctx)).connections.map((one) => [one.idpEntityId, one.status])).toEqual([
      ['https://entra.example', 'active'],
      ['https://idp.acme.example/metadata', 'draft'],
    ]);
  });

  it('of two at the same moment lets one through', async () => {
    const ctx = await bench.newWorkspace();
    await ownDomain(ctx);
    const both = [await setUp(bench, ctx), await setUp(bench, ctx, 'https://entra.example')];
    for (const one of both) await testLogin(bench, one);
    const results = await Promise.allSettled(
      both.map((one) => activateConnection(ctx, { connectionId: one.id })),
    );
    expect(results.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('is where people of the domain are sent to, and nowhere else', async () => {
    const made = await connected(bench);
    const found = { workspaceId: made.ctx.workspaceId, connectionId: made.id, isEnforced: false };
    expect(await ssoForEmail(bench.runtime, ' Bob@ACME.example')).toEqual(found);
    for (const email of ['bob@sub.acme.example', 'acme.example', '@', 'bob@acme.example.evil', '']) {
      expect(await ssoForEmail(bench.runtime, email)).toEqual(email === 'acme.example' ? found : null);
    }
    expect(await listSso(bench.runtime, made.ctx.workspaceId)).toEqual([
      { connectionId: made.id, name: 'Okta', isEnforced: false },
    ]);
    await deactivateConnection(made.ctx, { connectionId: made.id });
    expect(await ssoForEmail(bench.runtime, 'bob@acme.example')).toBeNull();
  });
});

describe('turning a connection off, or deleting it', () => {
  it('ends the sessions that came by it, and no other', async () => {
    const made = await connected(bench);
    const { browser } = await signInBy(bench, made);
    const other = await connected(bench, await bench.newWorkspace('Other'), 'other.example');
    const elsewhere = await signInBy(bench, other, { email: 'eve@other.example' });
    expect(await deactivateConnection(made.ctx, { connectionId: made.id })).toEqual({ sessions: 1 });
    expect(await browser.current()).toBeNull();
    expect(await elsewhere.browser.current()).not.toBeNull();
    expect(await trail(bench, made.ctx, 'sso.deactivated')).toMatchObject([{ detail: { sessions: 1 } }]);
    await activateConnection(made.ctx, { connectionId: made.id });
    const again = await signInBy(bench, made);
    expect(await deleteConnection(made.ctx, { connectionId: made.id })).toEqual({ sessions: 1 });
    expect(await again.browser.current()).toBeNull();
    expect(
      await countOf(bench, 'select count(*) from saml_assertion where sso_connection_id = $1', [made.id]),
    ).toBe(0);
  });
});

describe('changing a connection that is on', () => {
  it('turns it off where the test says nothing any more, and signs out who came by it', async () => {
    const { idp } = await testKeys();
    const changes: ((ctx: Ctx, connectionId: string) => Promise<{ isTurnedOff: boolean }>)[] = [
      (ctx, connectionId) => changeMapping(ctx, { connectionId, email: 'corp', name: null, groups: null }),
      (ctx, connectionId) =>
        changeProvider(ctx, {
          ...{ kind: 'fields', connectionId, entityId: 'https://evil.example', ssoUrl: IDP_SSO, sloUrl: '' },
          certificate: idp.certificatePem,
        }),
      (ctx, connectionId) =>
        changeProvider(ctx, {
          ...{ kind: 'fields', connectionId, entityId: 'https://idp.acme.example/metadata', sloUrl: '' },
          ...{ ssoUrl: 'https://evil.example/', certificate: '' },
        }),
      (ctx, connectionId) => changeOptions(ctx, { ...optionsOf(connectionId), wantEncrypted: true }),
    ];
    for (const change of changes) {
      await bench.reset();
      const made = await connected(bench);
      const { browser } = await signInBy(bench, made);
      expect(await change(made.ctx, made.id)).toEqual({ isTurnedOff: true });
      expect(await connectionFacts(made)).toMatchObject({ status: 'draft', isTested: false });
      expect(await browser.current()).toBeNull();
      await expect(activateConnection(made.ctx, { connectionId: made.id })).rejects.toThrow('test login');
    }
  });

  it('takes a response that is signed alone only while an owner says so, and wants a test login to go back', async () => {
    const made = await connected(bench);
    const options = { assertionSignature: null };
    await expect(signInBy(bench, made, { options })).rejects.toMatchObject({ reason: 'assertion-unsigned' });
    const settled = { ...optionsOf(made.id), wantSignedAssertion: false };
    expect(await changeOptions(made.ctx, settled)).toEqual({ isTurnedOff: false });
    expect((await signInBy(bench, made, { options })).token).not.toBeNull();
    expect((await trail(bench, made.ctx, 'sso.changed')).at(-1)).toMatchObject({
      before: { wantSignedAssertion: true },
      after: { wantSignedAssertion: false },
    });
    expect(await changeOptions(made.ctx, optionsOf(made.id))).toEqual({ isTurnedOff: true });
    expect(await connectionFacts(made)).toMatchObject({ status: 'draft', isTested: false });
  });

  it('leaves it on for what the test did not prove', async () => {
    const made = await connected(bench);
    const { other } = await testKeys();
    const { browser } = await signInBy(bench, made);
    await addCertificate(made.ctx, { connectionId: made.id, certificate: other.certificatePem });
    await changeOptions(made.ctx, { ...optionsOf(made.id), name: 'Okta Workforce', defaultRole: 'editor' });
    expect(await connectionFacts(made)).toMatchObject({
      status: 'active',
      isTested: true,
      defaultRole: 'editor',
    });
    expect(await browser.current()).not.toBeNull();
    const changed = await trail(bench, made.ctx, 'sso.changed');
    expect(changed.at(-1)).toMatchObject({
      before: { name: 'Okta', defaultRole: 'viewer' },
      after: { name: 'Okta Workforce', defaultRole: 'editor' },
    });
    expect(Object.keys(changed.at(-1)?.after ?? {})).toEqual(['name', 'defaultRole']);
  });

  it('keeps a certificate that is valid', async () => {
    const made = await connected(bench);
    const { other } = await testKeys();
    const [first] = (await connectionFacts(made)).certificates;
    const remove = () =>
      removeCertificate(made.ctx, { connectionId: made.id, fingerprint: first?.fingerprint ?? '' });
    await expect(remove()).rejects.toThrow(PreconditionFailed);
    await addCertificate(made.ctx, { connectionId: made.id, certificate: other.certificatePem });
    await remove();
    await expect(signInBy(bench, made)).rejects.toThrow();
    expect((await signInBy(bench, made, { key: other })).token).not.toBeNull();
  });

  it('takes no test for it that was under way', async () => {
    const made = await setUp(bench, await bench.newWorkspace());
    const browser = new Browser(bench);
    browser.token = await openSession(bench.runtime, userOf(made.ctx));
    const test = async () => requestIdIn(await begin(bench, made, browser, { purpose: 'test' }));
    const [answered, open] = [await test(), await test()];
    const path = await receive(bench, made, await answerFor(bench, made, { requestId: answered }));
    bench.clock.advance(1_000);
    await changeMapping(made.ctx, { connectionId: made.id, email: 'corp', name: null, groups: null });
    await expect(finish(bench, path, browser)).rejects.toMatchObject({ reason: 'settings-changed' });
    const late = await answerFor(bench, made, { requestId: open });
    await expect(receive(bench, made, late)).rejects.toMatchObject({ reason: 'in-response-to' });
    expect(await connectionFacts(made)).toMatchObject({ isTested: false, lastTest: null });
  });
});

describe('what an owner enters', () => {
  it.each([
    ['no XML', { kind: 'xml', xml: 'hello' }, 'xml'],
    ['a bomb', { kind: 'xml', xml: '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>' }, 'xml'],
    ['an address without TLS', { kind: 'url', url: 'http://idp.example/metadata' }, 'url'],
    ['an address inside the network', { kind: 'url', url: 'https://169.254.169.254/latest' }, 'url'],
    ['the loopback', { kind: 'url', url: 'https://127.0.0.1/metadata' }, 'url'],
    [
      'a script as an address',
      { kind: 'fields', entityId: 'x', ssoUrl: 'javascript:alert(1)', sloUrl: '', certificate: '' },
      'ssoUrl',
    ],
    [
      'no certificate',
      { kind: 'fields', entityId: 'x', ssoUrl: IDP_SSO, sloUrl: '', certificate: '' },
      'certificate',
    ],
    [
      'half a certificate',
      { kind: 'fields', entityId: 'x', ssoUrl: IDP_SSO, sloUrl: '', certificate: 'MIIC' },
      'certificate',
    ],
  ])('is refused if it is %s', async (_, input, field) => {
    const ctx = await bench.newWorkspace();
    const { id } = await createConnection(ctx, { name: 'Okta' });
    const given = { ...input, connectionId: id } as Parameters<typeof changeProvider>[1];
    const refused = await changeProvider(ctx, given).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Invalid);
    expect(Object.keys((refused as Invalid).fields ?? {})).toEqual([field]);
    expect(await connectionFacts({ ctx, id })).toMatchObject({ isSetUp: false, idpSsoUrl: null });
  });

  it('is refused if its only certificate is over', async () => {
    const made = await setUp(bench, await bench.newWorkspace());
    const { idpExpired } = await testKeys();
    await expect(
      addCertificate(made.ctx, { connectionId: made.id, certificate: idpExpired.certificatePem }),
    ).rejects.toThrow(Invalid);
  });
});

describe('our keys', () => {
  it('overlap: the new one signs, the older one decrypts and is published until it is let go', async () => {
    const made = await connected(bench);
    const { rows } = await bench.database.owner.query('select private_key from sso_key');
    expect(rows[0].private_key).toMatch(/^v1\.test\./);
    const [first] = (await readSso(made.ctx)).keys;
    await rotateKey(made.ctx);
    const [newest, older] = (await readSso(made.ctx)).keys;
    expect(newest).toMatchObject({ isSigning: true, retiresAt: null });
    expect(older).toMatchObject({ id: first?.id, isSigning: false, retiresAt: '2027-04-17T10:00:00.000Z' });
    const given = { workspaceId: made.ctx.workspaceId, connectionId: made.id };
    const certificates = async () =>
      ((await readMetadata(bench.runtime, given)) ?? '').match(/use="signing"/g)?.length;
    expect(await certificates()).toBe(2);
    expect((await signInBy(bench, made)).token).not.toBeNull();
    bench.clock.advance(30 * 86_400_000);
    expect(await certificates()).toBe(1);
    await expect(retireKey(made.ctx, { keyId: newest?.id ?? '' })).rejects.toThrow(PreconditionFailed);
    expect(await trail(bench, made.ctx, 'sso.key-rotated')).toHaveLength(1);
  });

  it('decrypt what was encrypted for the older one, until it is let go', async () => {
    const made = await connected(bench);
    const metadata =
      (await readMetadata(bench.runtime, { workspaceId: made.ctx.workspaceId, connectionId: made.id })) ?? '';
    const certificatePem = `-----BEGIN CERTIFICATE-----\n${/<ds:X509Certificate>([^<]+)/.exec(metadata)?.[1] ?? ''}\n-----END CERTIFICATE-----`;
    await changeOptions(made.ctx, { ...optionsOf(made.id), wantEncrypted: true });
    const options = { encrypt: { certificatePem } };
    await testLogin(bench, made, { options });
    await activateConnection(made.ctx, { connectionId: made.id });
    const [first] = (await readSso(made.ctx)).keys;
    await rotateKey(made.ctx);
    expect((await signInBy(bench, made, { options })).token).not.toBeNull();
    await retireKey(made.ctx, { keyId: first?.id ?? '' });
    await expect(signInBy(bench, made, { options })).rejects.toMatchObject({ reason: 'decryption' });
  });

  it('are of one workspace, and one pair for all its connections', async () => {
    const ctx = await bench.newWorkspace();
    await setUp(bench, ctx);
    await setUp(bench, ctx, 'https://entra.example');
    await setUp(bench, await bench.newWorkspace('Other'));
    expect(
      await countOf(bench, 'select count(*) from sso_key where workspace_id = $1', [ctx.workspaceId]),
    ).toBe(1);
    expect(await countOf(bench, 'select count(distinct certificate) from sso_key')).toBe(2);
  });

  it('are told to the provider with our addresses of this connection', async () => {
    const made = await setUp(bench, await bench.newWorkspace());
    const xml = await readMetadata(bench.runtime, {
      workspaceId: made.ctx.workspaceId,
      connectionId: made.id,
    });
    const { us } = await connectionFacts(made);
    expect(us.entityId).toBe(`http://127.0.0.1:3000/sso/${made.ctx.workspaceId}/${made.id}/metadata`);
    for (const address of Object.values(us)) expect(xml).toContain(`"${address}"`);
    expect(xml).not.toContain('PRIVATE');
    expect(
      await readMetadata(bench.runtime, { workspaceId: made.ctx.workspaceId, connectionId: ID }),
    ).toBeNull();
    expect(await readMetadata(bench.runtime, { workspaceId: 'x', connectionId: made.id })).toBeNull();
  });
});

it('takes the metadata of a service provider for no provider, and says so', async () => {
  const made = await setUp(bench, await bench.newWorkspace());
  const { us } = await connectionFacts(made);
  const xml = buildMetadata({ ...us, keys: [] });
  await expect(changeProvider(made.ctx, { kind: 'xml', connectionId: made.id, xml })).rejects.toThrow(
    Invalid,
  );
});
