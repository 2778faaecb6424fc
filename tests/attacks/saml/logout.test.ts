import { describe, expect, it } from 'vitest';
import { checkLogoutRequest, checkLogoutResponse, type LogoutMessage } from '@/saml/logout';
import { SamlRefused } from '@/saml/types';
import { IDP_ENTITY, SLO_URL, SP_ENTITY, settings } from './harness';
import { pinned, testKeys } from './keys';
import {
  LOGOUT_ATTACKS,
  logoutXml,
  postField,
  redirectQuery,
  type LogoutContext,
  type LogoutKind,
} from './logout-cases';

async function newContext(): Promise<LogoutContext> {
  const keys = await testKeys();
  return {
    keys,
    target: {
      idp: { entityId: IDP_ENTITY, key: keys.idp },
      sp: { entityId: SP_ENTITY, sloUrl: SLO_URL },
      now: new Date(),
      nameId: 'ada@acme.example',
      sessionIndex: 'session-1',
    },
  };
}

async function receive(kind: LogoutKind, message: LogoutMessage, now: Date): Promise<object> {
  const input = { ...(await settings()), message, now };
  return kind === 'request' ? checkLogoutRequest(input) : checkLogoutResponse(input);
}

async function expectUnmodifiedToPass(kind: LogoutKind, { target }: LogoutContext): Promise<void> {
  const xml = logoutXml(kind, target);
  const expected =
    kind === 'request'
      ? { nameId: target.nameId, sessionIndexes: ['session-1'] }
      : { inResponseTo: '_our-request' };
  const query = redirectQuery(kind, xml, { key: target.idp.key });
  expect(await receive(kind, { binding: 'redirect', query }, target.now)).toMatchObject(expected);
  const field = postField(xml, target.idp.key);
  expect(await receive(kind, { binding: 'post', field }, target.now)).toMatchObject(expected);
}

describe('attacks on logout by SAML', () => {
  it.each(LOGOUT_ATTACKS)('refuses: $name', async ({ kind, reason, build }) => {
    const context = await newContext();
    await expectUnmodifiedToPass(kind, context);
    const refused = await receive(kind, build(context), context.target.now).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SamlRefused);
    expect([reason].flat()).toContain(refused instanceof SamlRefused ? refused.reason : refused);
  });

  it('refuses what an ended certificate signed', async () => {
    const { target, keys } = await newContext();
    const { sp, idp } = await settings();
    const query = redirectQuery('request', logoutXml('request', target), { key: target.idp.key });
    const input = { sp, idp: { ...idp, certificates: [pinned(keys.idpExpired)] }, now: target.now };
    expect(() => checkLogoutRequest({ ...input, message: { binding: 'redirect', query } })).toThrow(
      expect.objectContaining({ reason: 'certificate-expired' }),
    );
  });

  it('takes a relay state, parameters of others, and escapes in small letters', async () => {
    const { target } = await newContext();
    const made = redirectQuery('request', logoutXml('request', target), {
      key: target.idp.key,
      relayState: 'a b/c',
    });
    expect(
      await receive('request', { binding: 'redirect', query: `?tenant=1&${made}` }, target.now),
    ).toMatchObject({
      relayState: 'a b/c',
    });
  });
});
