import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { activateConnection } from '@/features/sso/activate-connection';
import { changeOptions } from '@/features/sso/change-options';
import { changeProvider } from '@/features/sso/change-provider';
import { createConnection } from '@/features/sso/create-connection';
import { rotateKey } from '@/features/sso/keys';
import { readMetadata } from '@/features/sso/read-metadata';
import { receiveLogout } from '@/features/sso/receive-logout';
import { samlLogoutUrl } from '@/features/sso/saml-logout-url';
import { startSimulatedIdp, type SimulatedIdp } from '../../simulated-idp/server';
import { DEVICE, openSession } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  begin,
  Browser,
  connectionFacts,
  finish,
  ownDomain,
  receive,
  userOf,
  type Connected,
} from './support';

// An identity provider of its own, with another SAML library than ours: it reads our metadata, and checks what we sign.
let bench: Workbench;
let idp: SimulatedIdp;
beforeAll(async () => {
  bench = await createWorkbench();
  idp = await startSimulatedIdp({ now: bench.clock.now });
});
afterAll(async () => {
  await idp.close();
  await bench.close();
});
beforeEach(() => bench.reset());

const unescape = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const fieldIn = (html: string, name: string) =>
  unescape(new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '');
const actionIn = (html: string) => unescape(/action="([^"]*)"/.exec(html)?.[1] ?? '');

async function register({ ctx, id }: Connected): Promise<void> {
  const metadata =
    (await readMetadata(bench.runtime, { workspaceId: ctx.workspaceId, connectionId: id })) ?? '';
  const registered = await fetch(`${idp.url}/_idp/sp-metadata`, { method: 'POST', body: metadata });
  expect(registered.status).toBe(200);
}

/** What a person does there: choose who they are, and let the page send itself. */
async function atProvider(url: string, email: string): Promise<{ acs: string; samlResponse: string }> {
  const asked = await (await fetch(url)).text();
  const body = new URLSearchParams({ pending: fieldIn(asked, 'pending'), user: email });
  const answered = await (await fetch(`${idp.url}/login`, { method: 'POST', body })).text();
  return { acs: actionIn(answered), samlResponse: fieldIn(answered, 'SAMLResponse') };
}

async function signIn(made: Connected, browser: Browser, given: { email?: string; isTest?: boolean } = {}) {
  const purpose = given.isTest ? 'test' : 'sign-in';
  const { acs, samlResponse } = await atProvider(
    await begin(bench, made, browser, { purpose }),
    given.email ?? 'ada@acme.example',
  );
  expect(acs).toBe((await connectionFacts(made)).us.acsUrl);
  return finish(bench, await receive(bench, made, samlResponse), browser);
}

async function connected(): Promise<Connected> {
  const ctx = await bench.newWorkspace();
  const { id } = await createConnection(ctx, { name: 'Simulated' });
  const made = { ctx, id };
  await changeProvider(ctx, { kind: 'xml', connectionId: id, xml: idp.metadata() });
  await register(made);
  await ownDomain(ctx);
  const browser = new Browser(bench);
  browser.token = await openSession(bench.runtime, userOf(ctx));
  await signIn(made, browser, { isTest: true });
  await activateConnection(ctx, { connectionId: id });
  return made;
}

describe('with another provider’s library', () => {
  it('people sign in, by what it sends and we ask', async () => {
    const made = await connected();
    const browser = new Browser(bench);
    await signIn(made, browser);
    expect(await browser.current()).toMatchObject({ email: 'ada@acme.example', name: 'Ada Lovelace' });
    expect((await connectionFacts(made)).lastTest).toMatchObject({
      isPassed: true,
      groups: ['Finance', 'Cloud'],
    });
    await expect(signIn(made, new Browser(bench), { email: 'mallory@evil.example' })).rejects.toMatchObject({
      reason: 'foreign-domain',
    });
  });

  it('it goes on after we changed our key, and encrypts for us', async () => {
    const made = await connected();
    await rotateKey(made.ctx);
    await register(made);
    idp.state.behaviour.encrypt = true;
    try {
      const browser = new Browser(bench);
      await signIn(made, browser);
      expect(await browser.current()).not.toBeNull();
      const facts = await connectionFacts(made);
      await changeOptions(made.ctx, {
        ...{ connectionId: made.id, name: facts.name, defaultRole: 'viewer', groupRules: [] },
        ...{ isJitOn: true, allowIdpInitiated: false, wantEncrypted: true, wantSignedAssertion: true },
      });
      const owner = new Browser(bench);
      owner.token = await openSession(bench.runtime, userOf(made.ctx));
      await signIn(made, owner, { isTest: true });
      expect((await connectionFacts(made)).isTested).toBe(true);
    } finally {
      idp.state.behaviour.encrypt = false;
    }
  });

  it('people sign out here and there, whoever begins', async () => {
    const made = await connected();
    const browser = new Browser(bench);
    await signIn(made, browser);
    const sessionId = (await browser.current())?.session.id ?? '';
    const url = await samlLogoutUrl(bench.runtime, sessionId);
    const before = idp.state.sessions.size;
    const left = await fetch(url ?? '', { redirect: 'manual' });
    expect(left.headers.get('location')).toContain(
      `${(await connectionFacts(made)).us.sloUrl}?SAMLResponse=`,
    );
    expect(idp.state.sessions.size).toBe(before - 1);

    await signIn(made, browser);
    const { us } = await connectionFacts(made);
    const begun = await fetch(`${idp.url}/logout?sp=${encodeURIComponent(us.entityId)}`, {
      redirect: 'manual',
    });
    const answer = await receiveLogout(bench.runtime, {
      ...{
        workspaceId: made.ctx.workspaceId,
        connectionId: made.id,
        address: DEVICE.address,
        relayState: null,
      },
      message: { binding: 'redirect', query: new URL(begun.headers.get('location') ?? '').search },
    });
    expect(await browser.current()).toBeNull();
    const answered = idp.state.loggedOut.length;
    expect((await fetch(answer)).status).toBe(200);
    expect(idp.state.loggedOut).toHaveLength(answered + 1);
  });
});
