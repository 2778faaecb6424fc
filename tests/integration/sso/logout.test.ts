import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { receiveLogout } from '@/features/sso/receive-logout';
import { SsoRefused } from '@/features/sso/refused';
import { samlLogoutUrl } from '@/features/sso/saml-logout-url';
import { changeProvider } from '@/features/sso/change-provider';
import { buildLogoutRequest, checkLogoutRequest, checkLogoutResponse } from '@/saml/logout';
import { readMetadata } from '@/features/sso/read-metadata';
import { pinned, spKey, testKeys, type KeyPair } from '../../attacks/saml/keys';
import { DEVICE, openSession } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  connected,
  connectionFacts,
  IDP_ENTITY,
  IDP_SLO,
  IDP_SSO,
  signInBy,
  trail,
  userOf,
  type Connected,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** A logout that the provider begins: its message is made as ours are, with the roles exchanged. */
async function logout(
  made: Connected,
  given: {
    nameId?: string;
    sessionIndex?: string | null;
    key?: KeyPair;
    relayState?: string | null;
    at?: Date;
  } = {},
) {
  const { us } = await connectionFacts(made);
  const { idp } = await testKeys();
  const id = `_${randomBytes(16).toString('hex')}`;
  const asProvider = {
    entityId: IDP_ENTITY,
    acsUrl: IDP_SSO,
    sloUrl: IDP_SLO,
    keys: [spKey('idp', given.key ?? idp)],
  };
  const asUs = { entityId: us.entityId, ssoUrl: us.acsUrl, sloUrl: us.sloUrl, certificates: [] };
  const url = buildLogoutRequest(asProvider, asUs, {
    id,
    nameId: given.nameId ?? 'ada@acme.example',
    nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    sessionIndex: given.sessionIndex ?? null,
    relayState: given.relayState ?? null,
    now: given.at ?? bench.clock.now(),
  });
  const send = () =>
    receiveLogout(bench.runtime, {
      workspaceId: made.ctx.workspaceId,
      connectionId: made.id,
      address: DEVICE.address,
      message: { binding: 'redirect', query: new URL(url).search },
      relayState: null,
    });
  return { id, send };
}

/** How the provider reads what we send. */
async function asProviderReads(made: Connected) {
  const { us } = await connectionFacts(made);
  const given = { workspaceId: made.ctx.workspaceId, connectionId: made.id };
  const xml = (await readMetadata(bench.runtime, given)) ?? '';
  const certificatePem = `-----BEGIN CERTIFICATE-----\n${/<ds:X509Certificate>([^<]+)/.exec(xml)?.[1] ?? ''}\n-----END CERTIFICATE-----`;
  const certificates = [pinned({ certificatePem, privateKeyPem: '' })];
  return {
    sp: { entityId: IDP_ENTITY, acsUrl: IDP_SSO, sloUrl: IDP_SLO, keys: [] },
    idp: { entityId: us.entityId, ssoUrl: us.acsUrl, sloUrl: us.sloUrl, certificates },
    now: bench.clock.now(),
  };
}

const indexOf = async (token: string | null) => {
  const { rows } = await bench.database.owner.query(
    `select saml_session_index as index, id from auth_session where token_hash = encode(sha256($1::bytea), 'hex')`,
    [token],
  );
  return rows[0] as { index: string; id: string };
};

describe('a logout that the provider begins', () => {
  it('ends the session that it names, and is answered with our signature', async () => {
    const made = await connected(bench);
    const [first, second] = [await signInBy(bench, made), await signInBy(bench, made)];
    const bob = await signInBy(bench, made, { email: 'bob@acme.example' });
    const { index } = await indexOf(first.token);
    const { id, send } = await logout(made, { sessionIndex: index, relayState: 'abc' });
    const answer = await send();
    expect([await first.browser.current(), (await second.browser.current())?.email]).toEqual([
      null,
      'ada@acme.example',
    ]);
    expect(await bob.browser.current()).not.toBeNull();
    const message = { binding: 'redirect', query: new URL(answer).search } as const;
    expect(answer.startsWith(`${IDP_SLO}?`)).toBe(true);
    expect(checkLogoutResponse({ ...(await asProviderReads(made)), message })).toEqual({
      inResponseTo: id,
      relayState: 'abc',
    });
    const [record] = await trail(bench, made.ctx, 'sso.logged-out');
    expect(record?.detail).toEqual({ sessions: 1, users: [(await second.browser.current())?.userId] });
  });

  it('without a session ends all of the person', async () => {
    const made = await connected(bench);
    const [first, second] = [await signInBy(bench, made), await signInBy(bench, made)];
    await (await logout(made)).send();
    expect([await first.browser.current(), await second.browser.current()]).toEqual([null, null]);
  });

  it('ends nothing in another workspace, and nothing that was opened with a password', async () => {
    const made = await connected(bench);
    const other = await connected(bench, await bench.newWorkspace('Other'), 'other.example');
    const elsewhere = await signInBy(bench, other, { email: 'ada@other.example' });
    const { browser } = await signInBy(bench, made);
    await (await logout(made, { nameId: 'ada@other.example' })).send();
    expect([await elsewhere.browser.current(), await browser.current()]).not.toContain(null);
    expect(await trail(bench, made.ctx, 'sso.logged-out')).toEqual([]);
  });

  it('is refused with another key, when it is old, and for another connection', async () => {
    const made = await connected(bench);
    const other = await connected(bench, await bench.newWorkspace('Other'), 'other.example');
    const { browser } = await signInBy(bench, made);
    const { other: otherKey } = await testKeys();
    const old = new Date(bench.clock.now().getTime() - 3_600_000);
    await expect((await logout(made, { key: otherKey })).send()).rejects.toThrow(SsoRefused);
    await expect((await logout(made, { at: old })).send()).rejects.toThrow(SsoRefused);
    const stray = await logout(
      { ...made, ctx: { ...made.ctx, workspaceId: other.ctx.workspaceId }, id: other.id },
      {},
    );
    await stray.send();
    expect(await browser.current()).not.toBeNull();
    const refused = await trail(bench, made.ctx, 'sso.refused');
    expect(refused[0]?.detail).toEqual({ reason: 'signature-invalid' });
    expect(refused).toHaveLength(2);
  });
});

describe('a sign-out here', () => {
  it('goes on to the provider, with what it named the session', async () => {
    const made = await connected(bench);
    const { token } = await signInBy(bench, made);
    const { id, index } = await indexOf(token);
    const url = await samlLogoutUrl(bench.runtime, id);
    const message = { binding: 'redirect', query: new URL(url ?? '').search } as const;
    expect(checkLogoutRequest({ ...(await asProviderReads(made)), message })).toMatchObject({
      nameId: 'ada@acme.example',
      sessionIndexes: [index],
    });
  });

  it('ends here for other sessions, and where the provider offers no logout', async () => {
    const made = await connected(bench);
    const password = await openSession(bench.runtime, userOf(made.ctx));
    expect(await samlLogoutUrl(bench.runtime, (await indexOf(password)).id)).toBeNull();
    expect(await samlLogoutUrl(bench.runtime, '7d8b0c52-54f5-4d4c-8f4f-1c8f7f1f0000')).toBeNull();
    await changeProvider(made.ctx, {
      ...{ kind: 'fields', connectionId: made.id, entityId: IDP_ENTITY, ssoUrl: IDP_SSO, sloUrl: '' },
      certificate: '',
    });
    const { token } = await signInBy(bench, made);
    expect(await samlLogoutUrl(bench.runtime, (await indexOf(token)).id)).toBeNull();
    expect(await (await logout(made)).send()).toBe('/sign-in');
  });
});
