import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeOptions } from '@/features/sso/change-options';
import { deactivateConnection } from '@/features/sso/activate-connection';
import { addCertificate } from '@/features/sso/change-provider';
import { confirmSignIn, finishSignIn, readConfirmation } from '@/features/sso/finish-sign-in';
import { SsoRefused } from '@/features/sso/refused';
import { testKeys } from '../../attacks/saml/keys';
import { DEVICE, openSession } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  answerFor,
  begin,
  Browser,
  connected,
  connectionFacts,
  countOf,
  finish,
  receive,
  requestIdIn,
  signInBy,
  ticketIn,
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

const reasons = async (made: Connected) =>
  (await trail(bench, made.ctx, 'sso.refused')).map((one) => one.detail['reason']);
const sessions = () => countOf(bench, `select count(*) from auth_session where method = 'saml'`);
const adas = () => countOf(bench, `select count(*) from app_user where email = 'ada@acme.example'`);

async function allowIdpInitiated(made: Connected): Promise<void> {
  await changeOptions(made.ctx, {
    ...{ connectionId: made.id, name: 'Okta', defaultRole: 'viewer', groupRules: [] },
    ...{ isJitOn: true, allowIdpInitiated: true, wantEncrypted: false, wantSignedAssertion: true },
  });
}

describe('a request', () => {
  it('goes to the provider with our signature and none of the addresses of a stranger', async () => {
    const made = await connected(bench);
    const url = new URL(await begin(bench, made, new Browser(bench), { next: 'https://evil.example/' }));
    expect(url.origin + url.pathname).toBe('https://idp.acme.example/sso');
    expect([...url.searchParams.keys()]).toEqual(['SAMLRequest', 'SigAlg', 'Signature']);
  });

  it.each([
    '//evil.example',
    '\\\\evil.example',
    'https:evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/%2f%2fevil.example',
  ])('never comes back to %s', async (next) => {
    const made = await connected(bench);
    expect((await signInBy(bench, made, { next })).to).toBe('/overview');
  });

  it('is over after ten minutes', async () => {
    const made = await connected(bench);
    const browser = new Browser(bench);
    const requestId = requestIdIn(await begin(bench, made, browser));
    bench.clock.advance(10 * 60_000 + 1);
    await expect(receive(bench, made, await answerFor(bench, made, { requestId }))).rejects.toThrow(
      SsoRefused,
    );
    expect(await reasons(made)).toEqual(['in-response-to']);
  });

  it('is answered once, also by two answers at the same moment', async () => {
    const made = await connected(bench);
    const requestId = requestIdIn(await begin(bench, made, new Browser(bench)));
    const [first, second] = await Promise.all([1, 2].map(() => answerFor(bench, made, { requestId })));
    const results = await Promise.allSettled(
      [first, second].map((answer) => receive(bench, made, answer ?? '')),
    );
    expect(results.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await reasons(made)).toEqual(['in-response-to']);
  });

  it('is used up by an answer that is refused', async () => {
    const made = await connected(bench);
    const { other } = await testKeys();
    const requestId = requestIdIn(await begin(bench, made, new Browser(bench)));
    await expect(
      receive(bench, made, await answerFor(bench, made, { requestId, key: other })),
    ).rejects.toThrow(SsoRefused);
    await expect(receive(bench, made, await answerFor(bench, made, { requestId }))).rejects.toThrow(
      SsoRefused,
    );
    expect(await reasons(made)).toEqual(['signature-invalid', 'in-response-to']);
    expect(await sessions()).toBe(0);
  });
});

describe('an answer', () => {
  it('opens nothing in another browser than the one that asked', async () => {
    const made = await connected(bench);
    const [victim, attacker] = [new Browser(bench), new Browser(bench)];
    const requestId = requestIdIn(await begin(bench, made, attacker));
    const path = await receive(bench, made, await answerFor(bench, made, { requestId }));
    await expect(finish(bench, path, victim)).rejects.toThrow(SsoRefused);
    const noCookie = { ticket: ticketIn(path), browser: null, current: null, device: DEVICE };
    await expect(finishSignIn(bench.runtime, noCookie)).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['other-browser', 'other-browser']);
    expect([await sessions(), await adas()]).toEqual([0, 0]);
    expect((await finish(bench, path, attacker)).token).not.toBeNull();
  });

  it('is not taken a second time', async () => {
    const made = await connected(bench);
    const browser = new Browser(bench);
    const requestId = requestIdIn(await begin(bench, made, browser));
    const answer = await answerFor(bench, made, { requestId });
    await receive(bench, made, answer);
    await expect(receive(bench, made, answer)).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['in-response-to']);
  });

  it('with an assertion that was used is refused under a new request as well', async () => {
    const made = await connected(bench);
    const options = { assertionId: '_0123456789abcdef0123456789abcdef' };
    await signInBy(bench, made, { options });
    await expect(signInBy(bench, made, { options })).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['replayed']);
    expect(await sessions()).toBe(1);
  });

  it('for one workspace opens no other, with the same provider and the same key', async () => {
    const mine = await connected(bench);
    const other = await connected(bench, await bench.newWorkspace('Other'), 'other.example');
    const browser = new Browser(bench);
    const requestId = requestIdIn(await begin(bench, other, browser));
    const forOther = await answerFor(bench, other, { requestId, email: 'ada@other.example' });
    await expect(receive(bench, mine, forOther)).rejects.toThrow(SsoRefused);
    // The request stays open for whom it was made.
    expect((await finish(bench, await receive(bench, other, forOther), browser)).token).not.toBeNull();
    expect(await reasons(mine)).toEqual(['destination']);
    expect((await browser.current())?.workspace?.id).toBe(other.ctx.workspaceId);
  });

  it('to a request of another workspace is refused', async () => {
    const mine = await connected(bench);
    const other = await connected(bench, await bench.newWorkspace('Other'), 'other.example');
    const requestId = requestIdIn(await begin(bench, other, new Browser(bench)));
    await expect(receive(bench, mine, await answerFor(bench, mine, { requestId }))).rejects.toThrow(
      SsoRefused,
    );
    expect(await reasons(mine)).toEqual(['in-response-to']);
    expect(await countOf(bench, 'select count(*) from saml_request where id = $1', [requestId])).toBe(1);
  });

  it('to nothing that exists is refused without a word', async () => {
    const made = await connected(bench);
    const answer = await answerFor(bench, made, {});
    const { ctx, id } = made;
    const unknown = '7d8b0c52-54f5-4d4c-8f4f-1c8f7f1f0000';
    for (const [workspaceId, connectionId] of [
      [unknown, id],
      [ctx.workspaceId, unknown],
      ["' or true --", id],
      [ctx.workspaceId, '../x'],
    ] as const) {
      const given = { ctx: { ...ctx, workspaceId }, id: connectionId };
      await expect(receive(bench, given, answer)).rejects.toMatchObject({ reason: 'unknown-connection' });
    }
    expect(await reasons(made)).toEqual(['unknown-connection']);
  });

  it('is refused where it was encrypted by nobody and has to be', async () => {
    const made = await connected(bench);
    await bench.database.owner.query('update sso_connection set want_encrypted = true');
    await expect(signInBy(bench, made)).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['not-encrypted']);
  });

  it('is taken by any of the certificates of the connection', async () => {
    const made = await connected(bench);
    const { other } = await testKeys();
    await expect(signInBy(bench, made, { key: other })).rejects.toThrow(SsoRefused);
    await addCertificate(made.ctx, { connectionId: made.id, certificate: other.certificatePem });
    expect((await signInBy(bench, made, { key: other })).token).not.toBeNull();
    expect((await signInBy(bench, made)).token).not.toBeNull();
  });

  it('leaves nothing of itself in the trail and in the log', async () => {
    const made = await connected(bench);
    const { other } = await testKeys();
    await expect(signInBy(bench, made, { key: other, email: 'secret-name@acme.example' })).rejects.toThrow(
      SsoRefused,
    );
    const text = JSON.stringify(await trail(bench, made.ctx, '%')) + bench.logLines.join('');
    expect(text).not.toContain('secret-name');
    expect(text).toContain('signature-invalid');
  });
});

describe('a ticket', () => {
  it('is over after a minute, works once, and cannot be changed', async () => {
    const made = await connected(bench);
    const browser = new Browser(bench);
    const requestId = requestIdIn(await begin(bench, made, browser));
    const path = await receive(bench, made, await answerFor(bench, made, { requestId }));
    const ticket = ticketIn(path);
    const flipped = `${ticket.slice(0, 60)}${ticket[60] === 'A' ? 'B' : 'A'}${ticket.slice(61)}`;
    await expect(finish(bench, `/x?ticket=${flipped}`, browser)).rejects.toThrow(SsoRefused);
    const results = await Promise.allSettled([1, 2, 3].map(() => finish(bench, path, browser)));
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await sessions()).toBe(1);

    const next = requestIdIn(await begin(bench, made, browser));
    const late = await receive(bench, made, await answerFor(bench, made, { requestId: next }));
    bench.clock.advance(60_001);
    await expect(finish(bench, late, browser)).rejects.toThrow(SsoRefused);
  });

  it('opens nothing once the connection is off', async () => {
    const made = await connected(bench);
    const browser = new Browser(bench);
    const requestId = requestIdIn(await begin(bench, made, browser));
    const path = await receive(bench, made, await answerFor(bench, made, { requestId }));
    await deactivateConnection(made.ctx, { connectionId: made.id });
    await expect(finish(bench, path, browser)).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['not-active']);
  });
});

describe('a login that the provider begins', () => {
  it('is refused unless the connection takes such', async () => {
    const made = await connected(bench);
    await expect(receive(bench, made, await answerFor(bench, made, {}))).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['unsolicited']);
  });

  it('asks first, and signs in once somebody has said that it is them', async () => {
    const made = await connected(bench);
    await allowIdpInitiated(made);
    const answer = await answerFor(bench, made, {});
    const path = await receive(bench, made, answer);
    expect(path).toMatch(/^\/sso\/confirm\?ticket=/);
    expect(await readConfirmation(bench.runtime, ticketIn(path))).toEqual({
      email: 'ada@acme.example',
      workspace: 'Acme',
    });
    expect([await sessions(), await adas()]).toEqual([0, 0]);
    // It is no ticket of a browser that asked.
    await expect(finish(bench, path, new Browser(bench))).rejects.toThrow(SsoRefused);
    const done = await confirmSignIn(bench.runtime, {
      ticket: ticketIn(path),
      browser: null,
      device: DEVICE,
    });
    expect(done.to).toBe('/overview');
    expect(await sessions()).toBe(1);
    await expect(
      confirmSignIn(bench.runtime, { ticket: ticketIn(path), browser: null, device: DEVICE }),
    ).rejects.toThrow(SsoRefused);
    await expect(receive(bench, made, answer)).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['unsolicited', 'ticket-over', 'replayed']);
  });

  it('cannot be made of an answer to a request', async () => {
    const made = await connected(bench);
    await allowIdpInitiated(made);
    const requestId = requestIdIn(await begin(bench, made, new Browser(bench)));
    const path = await receive(bench, made, await answerFor(bench, made, { requestId }));
    expect(await readConfirmation(bench.runtime, ticketIn(path))).toBeNull();
    await expect(
      confirmSignIn(bench.runtime, { ticket: ticketIn(path), browser: null, device: DEVICE }),
    ).rejects.toThrow(SsoRefused);
    expect(await sessions()).toBe(0);
  });
});

describe('a sign-in that somebody else’s page may have begun', () => {
  const confirm = (path: string, browser: Browser | null) =>
    confirmSignIn(bench.runtime, {
      ticket: ticketIn(path),
      browser: browser?.cookie ?? null,
      device: DEVICE,
    });

  it('asks before it signs in, in the same browser', async () => {
    const made = await connected(bench);
    const browser = new Browser(bench);
    const asked = await signInBy(bench, made, { browser, isFromOwnPage: false, next: '/views' });
    expect(asked.token).toBeNull();
    expect([await sessions(), await adas()]).toEqual([0, 0]);
    expect(await readConfirmation(bench.runtime, ticketIn(asked.to))).toMatchObject({
      email: 'ada@acme.example',
    });
    await expect(confirm(asked.to, new Browser(bench))).rejects.toThrow(SsoRefused);
    await expect(confirm(asked.to, null)).rejects.toThrow(SsoRefused);
    await expect(finish(bench, asked.to, browser)).rejects.toThrow(SsoRefused);
    expect((await confirm(asked.to, browser)).to).toBe('/views');
    expect(await sessions()).toBe(1);
    await expect(confirm(asked.to, browser)).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['other-browser', 'other-browser', 'unsolicited', 'ticket-over']);
  });

  it('asks as well where somebody else is signed in, and not where it is the same person', async () => {
    const made = await connected(bench);
    const { browser } = await signInBy(bench, made);
    expect((await signInBy(bench, made, { browser })).token).not.toBeNull();
    const other = await signInBy(bench, made, { browser, email: 'bob@acme.example' });
    expect([other.token, other.to.split('?')[0]]).toEqual([null, '/sso/confirm']);
    expect((await browser.current())?.email).toBe('ada@acme.example');
  });

  it('cannot be the proof of who is there', async () => {
    const made = await connected(bench);
    const { browser } = await signInBy(bench, made);
    await expect(begin(bench, made, browser, { purpose: 'step-up', isFromOwnPage: false })).rejects.toThrow(
      SsoRefused,
    );
  });
});

describe('proving again who is there', () => {
  it('works for the same person in the same session, by a fresh sign-in', async () => {
    const made = await connected(bench);
    const { browser } = await signInBy(bench, made, { options: { issued: -9 * 60_000 } });
    const before = await browser.current();
    expect(before?.session.steppedUpAt).toEqual(new Date(bench.clock.now().getTime() - 9 * 60_000));
    const old = browser.token;
    const again = await signInBy(bench, made, { purpose: 'step-up', browser, next: '/settings' });
    expect(again.to).toBe('/settings');
    expect(browser.token).not.toBe(old);
    const after = await browser.current();
    expect(after?.session).toMatchObject({ id: before?.session.id, steppedUpAt: bench.clock.now() });
    expect(await trail(bench, made.ctx, 'session.stepped-up')).toMatchObject([{ actor_id: before?.userId }]);
  });

  it('asks the provider to ask again, and refuses where it did not', async () => {
    const made = await connected(bench);
    const { browser } = await signInBy(bench, made);
    await expect(
      signInBy(bench, made, { purpose: 'step-up', browser, options: { issued: -3 * 60_000 } }),
    ).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['not-fresh']);
  });

  it('is for nobody else', async () => {
    const made = await connected(bench);
    const { browser } = await signInBy(bench, made);
    await expect(
      signInBy(bench, made, { purpose: 'step-up', browser, email: 'bob@acme.example' }),
    ).rejects.toThrow(SsoRefused);
    const byPassword = new Browser(bench);
    byPassword.token = await openSession(bench.runtime, userOf(made.ctx));
    await expect(begin(bench, made, byPassword, { purpose: 'step-up' })).rejects.toThrow(SsoRefused);
    await expect(begin(bench, made, new Browser(bench), { purpose: 'step-up' })).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['other-person', 'other-person', 'other-person']);
  });
});

describe('a test login', () => {
  it('opens no session and makes nobody a member', async () => {
    const made = await connected(bench);
    const browser = new Browser(bench);
    browser.token = await openSession(bench.runtime, userOf(made.ctx));
    const attributes = { email: ['ada@acme.example'], displayName: ['Ada'], groups: ['Finance'] };
    const done = await signInBy(bench, made, { purpose: 'test', browser, attributes });
    expect(done).toMatchObject({ token: null, to: `/settings/sso?c=${made.id}&tested=1` });
    expect([await sessions(), await adas()]).toEqual([0, 0]);
    expect((await connectionFacts(made)).lastTest).toMatchObject({
      isPassed: true,
      isOfVerifiedDomain: true,
      email: 'ada@acme.example',
      name: 'Ada',
      role: 'viewer',
      groups: ['Finance'],
      attributes: [
        { name: 'email', values: ['ada@acme.example'], more: 0 },
        { name: 'displayName', values: ['Ada'], more: 0 },
        { name: 'groups', values: ['Finance'], more: 0 },
      ],
    });
  });

  it('is for owners who are signed in, and says why it failed', async () => {
    const made = await connected(bench);
    const admin = new Browser(bench);
    admin.token = await openSession(bench.runtime, userOf(await bench.ctxAs(made.ctx, 'admin')));
    await expect(begin(bench, made, admin, { purpose: 'test' })).rejects.toThrow(SsoRefused);
    await expect(begin(bench, made, new Browser(bench), { purpose: 'test' })).rejects.toThrow(SsoRefused);
    const owner = new Browser(bench);
    owner.token = await openSession(bench.runtime, userOf(made.ctx));
    const { other } = await testKeys();
    await expect(signInBy(bench, made, { purpose: 'test', browser: owner, key: other })).rejects.toThrow(
      SsoRefused,
    );
    const facts = await connectionFacts(made);
    expect(facts.lastTest).toMatchObject({ isPassed: false, reason: 'signature-invalid' });
    expect(facts.isTested).toBe(true);
  });

  it('with thousands of groups still fits into an address', async () => {
    const made = await connected(bench);
    const browser = new Browser(bench);
    browser.token = await openSession(bench.runtime, userOf(made.ctx));
    const groups = Array.from({ length: 1_500 }, () => crypto.randomUUID());
    const wide = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`a${at}`, groups.slice(at * 8, at * 8 + 8)]),
    );
    const attributes = { email: ['ada@acme.example'], groups, ...wide };
    const requestId = requestIdIn(await begin(bench, made, browser, { purpose: 'test' }));
    const path = await receive(bench, made, await answerFor(bench, made, { requestId, attributes }));
    expect(path.length).toBeLessThan(7_500);
    await finish(bench, path, browser);
    const { lastTest } = await connectionFacts(made);
    expect(lastTest?.attributes.find((one) => one.name === 'groups')?.more).toBe(1_492);
  });
});

describe('what is too long to hand on', () => {
  it('is refused', async () => {
    const made = await connected(bench);
    const nameId = `${'a'.repeat(600)}@acme.example`;
    await expect(signInBy(bench, made, { options: { nameId } })).rejects.toThrow(SsoRefused);
    expect(await reasons(made)).toEqual(['name-id']);
  });
});
