import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkResponse } from '@/saml/check-response';
import {
  buildLogoutRequest,
  buildLogoutResponse,
  checkLogoutRequest,
  checkLogoutResponse,
} from '@/saml/logout';
import { buildMetadata, parseIdpMetadata } from '@/saml/metadata';
import { buildSignInRequest } from '@/saml/sign-in-request';
import type { IdpSettings, SamlLogin, SpSettings } from '@/saml/types';
import { Memory } from '../../attacks/saml/harness';
import { spKey, testKeys } from '../../attacks/saml/keys';
import { startSimulatedIdp, type SimulatedIdp } from '../../simulated-idp/server';
import { USERS, type IdpBehaviour } from '../../simulated-idp/state';

const NOW = new Date('2027-03-18T10:00:00.000Z');
const newId = () => `_${randomBytes(16).toString('hex')}`;

let server: SimulatedIdp;
let idp: IdpSettings;
let sp: SpSettings;

async function control(path: string, body: string): Promise<void> {
  const answer = await fetch(`${server.url}/_idp/${path}`, { method: 'POST', body });
  expect(answer.status).toBe(200);
}

function settings(change: Partial<IdpBehaviour>): Promise<void> {
  return control('settings', JSON.stringify(change));
}

function hidden(html: string, name: string): string {
  const found = new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1];
  return (found ?? `no ${name}`)
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

/** What a browser does: opens the page, presses a button, and gets the form that sends itself. */
async function choose(page: string, user: string): Promise<string> {
  const html = await (await fetch(page)).text();
  const body = new URLSearchParams({ pending: hidden(html, 'pending'), user });
  const answer = await fetch(`${server.url}/login`, { method: 'POST', body });
  const form = await answer.text();
  expect(form).toContain(`action="${sp.acsUrl}"`);
  expect(form).not.toMatch(/(?:src|href)=/);
  return form;
}

function receive(memory: Memory, form: string, allowUnsolicited = false, provider = sp): Promise<SamlLogin> {
  const samlResponse = hidden(form, 'SAMLResponse');
  return checkResponse({ sp: provider, idp, samlResponse, now: NOW, allowUnsolicited, ...memory });
}

async function signIn(user = 'ada@acme.example', provider = sp): Promise<SamlLogin> {
  const memory = new Memory();
  const id = newId();
  memory.open.add(id);
  const page = await buildSignInRequest(sp, idp, { id, relayState: 'r1', forceAuthn: false, now: NOW });
  return receive(memory, await choose(page, user), false, provider);
}

beforeAll(async () => {
  const keys = await testKeys();
  server = await startSimulatedIdp({ key: keys.idp, now: () => NOW });
  idp = parseIdpMetadata(await (await fetch(`${server.url}/metadata`)).text());
  sp = {
    entityId: 'https://belvedere.example/saml/acme/metadata',
    acsUrl: 'https://belvedere.example/saml/acme/acs',
    sloUrl: 'https://belvedere.example/saml/acme/slo',
    keys: [spKey('new', keys.sp), spKey('old', keys.spOlder)],
  };
  await control('sp-metadata', buildMetadata(sp));
});

beforeEach(async () => {
  await settings({ encrypt: false, sessionMinutes: 480, signResponse: true, signAssertion: true });
  await control('users', JSON.stringify(USERS));
});

afterAll(() => server.close());

describe('sign-in between the simulated identity provider and the adapter', () => {
  it('says who signed in', async () => {
    const login = await signIn();
    expect(login).toMatchObject({
      nameId: 'ada@acme.example',
      attributes: { email: ['ada@acme.example'], name: ['Ada Lovelace'], groups: ['Finance', 'Cloud'] },
      sessionNotOnOrAfter: new Date('2027-03-18T18:00:00.000Z'),
      authenticatedAt: NOW,
    });
    expect(server.state.sessions.get(login.sessionIndex ?? '')?.user.email).toBe('ada@acme.example');
  });

  it('gives the relay state back', async () => {
    const relayState = 'a b+c/ä&=%20';
    const page = await buildSignInRequest(sp, idp, { id: newId(), relayState, forceAuthn: true, now: NOW });
    expect(await (await fetch(page)).text()).toContain('prove who you are again');
    expect(hidden(await choose(page, 'ada@acme.example'), 'RelayState')).toBe(relayState);
  });

  it('works with an encrypted assertion', async () => {
    await settings({ encrypt: true });
    const login = await signIn('grace@acme.example', { ...sp, wantEncrypted: true });
    expect(login.attributes.groups).toEqual(['Cloud']);
  });

  it('works while the keys of the service provider change', async () => {
    const [newKey, oldKey] = sp.keys;
    if (newKey === undefined || oldKey === undefined) throw new Error('Two keys were expected.');
    await settings({ encrypt: true });
    // The identity provider still knows the old metadata; we sign with the old key until it has the new.
    await control('sp-metadata', buildMetadata({ ...sp, keys: [oldKey] }));
    try {
      await expect(signIn()).rejects.toThrow();
      const before = { ...sp, keys: [oldKey, newKey] };
      const memory = new Memory();
      const id = newId();
      memory.open.add(id);
      const page = await buildSignInRequest(before, idp, {
        id,
        relayState: null,
        forceAuthn: false,
        now: NOW,
      });
      const form = await choose(page, 'ada@acme.example');
      // The response is for the old key, and opens although the new one is first by now.
      expect((await receive(memory, form)).nameId).toBe('ada@acme.example');
    } finally {
      await control('sp-metadata', buildMetadata(sp));
    }
    // With both in its metadata, it takes a request by either.
    await signIn();
    const page = await buildSignInRequest({ ...sp, keys: [oldKey] }, idp, {
      id: newId(),
      relayState: null,
      forceAuthn: false,
      now: NOW,
    });
    expect((await fetch(page)).status).toBe(200);
  });

  it('begins at the identity provider only where the connection allows it', async () => {
    const start = `${server.url}/start?sp=${encodeURIComponent(sp.entityId)}`;
    const form = await choose(start, 'ada@acme.example');
    await expect(receive(new Memory(), form)).rejects.toMatchObject({ reason: 'unsolicited' });
    const memory = new Memory();
    expect((await receive(memory, form, true)).inResponseTo).toBeNull();
    await expect(receive(memory, form, true)).rejects.toMatchObject({ reason: 'replayed' });
  });

  it('is refused when the identity provider leaves a signature out', async () => {
    await settings({ signResponse: false });
    await expect(signIn()).rejects.toMatchObject({ reason: 'response-unsigned' });
    await settings({ signResponse: true, signAssertion: false });
    await expect(signIn()).rejects.toMatchObject({ reason: 'assertion-unsigned' });
  });

  it('is refused when the session has no time left', async () => {
    await settings({ sessionMinutes: 0 });
    await expect(signIn()).rejects.toMatchObject({ reason: 'session-expired' });
  });

  it('escapes what a person is called', async () => {
    const user = {
      email: 'o"neil&<b>@acme.example',
      name: "</saml:NameID><x y='z'>",
      groups: ['$&', '日本'],
    };
    await control('users', JSON.stringify([user]));
    const login = await signIn(user.email);
    expect(login.nameId).toBe(user.email);
    expect(login.attributes).toEqual({ email: [user.email], name: [user.name], groups: user.groups });
  });
});

describe('a request that the identity provider does not take', () => {
  it('is one of another key', async () => {
    const { other } = await testKeys();
    const forged = { ...sp, keys: [spKey('forged', other)] };
    const page = await buildSignInRequest(forged, idp, {
      id: newId(),
      relayState: null,
      forceAuthn: false,
      now: NOW,
    });
    expect((await fetch(page)).status).toBe(400);
  });

  it('is one whose relay state was changed on the way', async () => {
    const page = await buildSignInRequest(sp, idp, {
      id: newId(),
      relayState: 'a',
      forceAuthn: false,
      now: NOW,
    });
    expect((await fetch(page)).status).toBe(200);
    expect((await fetch(page.replace('RelayState=a', 'RelayState=b'))).status).toBe(400);
  });
});

describe('logout between both', () => {
  it('begins at the service provider', async () => {
    const login = await signIn();
    const id = newId();
    const { nameId, nameIdFormat, sessionIndex } = login;
    const url = buildLogoutRequest(sp, idp, {
      id,
      nameId,
      nameIdFormat,
      sessionIndex,
      relayState: 'x y',
      now: NOW,
    });
    const answer = await fetch(url, { redirect: 'manual' });
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(sp.sloUrl);
    const message = { binding: 'redirect', query: location.search } as const;
    expect(checkLogoutResponse({ sp, idp, message, now: NOW })).toEqual({
      inResponseTo: id,
      relayState: 'x y',
    });
    expect(server.state.sessions.has(sessionIndex ?? '')).toBe(false);
  });

  it('begins at the identity provider', async () => {
    const login = await signIn('grace@acme.example');
    const answer = await fetch(`${server.url}/logout?sp=${encodeURIComponent(sp.entityId)}`, {
      redirect: 'manual',
    });
    const location = new URL(answer.headers.get('location') ?? '');
    const message = { binding: 'redirect', query: location.search } as const;
    const request = checkLogoutRequest({ sp, idp, message, now: NOW });
    expect(request).toMatchObject({
      nameId: 'grace@acme.example',
      sessionIndexes: [login.sessionIndex],
      relayState: null,
    });
    const back = buildLogoutResponse(sp, idp, {
      inResponseTo: request.id,
      relayState: null,
      success: true,
      now: NOW,
    });
    expect((await fetch(back)).status).toBe(200);
    expect(server.state.loggedOut).toContain(request.id);
  });
});
