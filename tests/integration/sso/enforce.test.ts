import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PreconditionFailed } from '@/errors';
import { readSession } from '@/features/auth/sessions';
import { deactivateConnection, deleteConnection } from '@/features/sso/activate-connection';
import { changeMapping } from '@/features/sso/change-options';
import { addCertificate } from '@/features/sso/change-provider';
import { enforceSso } from '@/features/sso/enforce-sso';
import { readSso } from '@/features/sso/read-sso';
import { ssoForEmail } from '@/features/sso/sso-for-email';
import { createSession } from '@/features/auth/sessions';
import { testKeys } from '../../attacks/saml/keys';
import { DEVICE, openSession } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { connected, connectionFacts, signInBy, testLogin, trail, userOf, type Connected } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

async function giveBreakGlass(userId: string): Promise<void> {
  const { owner } = bench.database;
  await owner.query(
    `update app_user set totp_secret = 's', totp_confirmed_at = now(), email_verified_at = now() where id = $1`,
    [userId],
  );
  await owner.query(`insert into recovery_code (user_id, digest) values ($1, 'd')`, [userId]);
}

async function enforced(): Promise<Connected> {
  const made = await connected(bench);
  await giveBreakGlass(userOf(made.ctx));
  await enforceSso(made.ctx, { isEnforced: true });
  return made;
}

const on = (made: Connected) => enforceSso(made.ctx, { isEnforced: true });

describe('requiring single sign-on', () => {
  it('takes a connection that is on', async () => {
    const made = await connected(bench);
    await giveBreakGlass(userOf(made.ctx));
    await deactivateConnection(made.ctx, { connectionId: made.id });
    await expect(on(made)).rejects.toThrow('Turn a connection on first.');
  });

  it('takes an owner who has come by it under their own address', async () => {
    const made = await connected(bench);
    await giveBreakGlass(userOf(made.ctx));
    await testLogin(bench, made, { email: 'somebody@acme.example' });
    await expect(on(made)).rejects.toThrow('Sign in by single sign-on yourself first');
    const other = await bench.ctxAs(made.ctx, 'owner');
    await expect(enforceSso(other, { isEnforced: true })).rejects.toThrow(PreconditionFailed);
  });

  it('takes an owner who can come in without the provider', async () => {
    const made = await connected(bench);
    const userId = userOf(made.ctx);
    const { owner } = bench.database;
    const lacks = [
      `delete from recovery_code where user_id = $1`,
      `update recovery_code set used_at = now() where user_id = $1`,
      `update app_user set totp_confirmed_at = null where id = $1`,
      `update app_user set email_verified_at = null where id = $1`,
      `update membership set role = 'admin' where user_id = $1`,
      `update membership set deactivated_at = now() where user_id = $1`,
    ];
    for (const lack of lacks) {
      await owner.query('delete from recovery_code');
      await owner.query(`update membership set role = 'owner', deactivated_at = null`);
      await giveBreakGlass(userId);
      await owner.query(lack, [userId]);
      await expect(on(made), lack).rejects.toThrow('another way in');
    }
    expect((await readSso(made.ctx)).isEnforced).toBe(false);
  });

  it('shuts out passwords and passkeys at once, in sessions that are open as well', async () => {
    const made = await connected(bench);
    await giveBreakGlass(userOf(made.ctx));
    const member = await bench.ctxAs(made.ctx, 'editor');
    const [password, own] = [
      await openSession(bench.runtime, userOf(member)),
      await openSession(bench.runtime, userOf(made.ctx)),
    ];
    const passkey = await createSession(bench.runtime, {
      userId: userOf(member),
      method: 'passkey',
      device: DEVICE,
    });
    const { browser } = await signInBy(bench, made);
    await on(made);
    for (const token of [password, own, passkey]) {
      expect((await readSession(bench.runtime, token))?.workspace).toMatchObject({
        closed: 'sso',
        ssoConnectionId: made.id,
      });
    }
    expect((await browser.current())?.workspace?.closed).toBeNull();
    const glass = await createSession(bench.runtime, {
      ...{ userId: userOf(made.ctx), method: 'break-glass', device: DEVICE, hasSecondFactor: true },
      workspaceId: made.ctx.workspaceId,
    });
    expect((await readSession(bench.runtime, glass))?.workspace).toMatchObject({
      closed: null,
      role: 'owner',
    });
    expect(await ssoForEmail(bench.runtime, 'x@acme.example')).toMatchObject({ isEnforced: true });
    expect(await trail(bench, made.ctx, 'workspace.settings-changed')).toMatchObject([
      { before: { enforceSso: false }, after: { enforceSso: true }, actor_id: userOf(made.ctx) },
    ]);
    await enforceSso(made.ctx, { isEnforced: false });
    expect((await readSession(bench.runtime, password))?.workspace?.closed).toBeNull();
  });

  it('counts the members who would be shut out for good', async () => {
    const made = await connected(bench);
    const member = await bench.ctxAs(made.ctx, 'editor');
    await bench.database.owner.query(`update app_user set email = 'bob@elsewhere.example' where id = $1`, [
      userOf(member),
    ]);
    expect((await readSso(made.ctx)).enforceable).toEqual({
      ...{ isActive: true, hasOwnLogin: true, hasBreakGlass: false, outside: 1 },
    });
  });
});

describe('while it is required', () => {
  it('the connection cannot be turned off, deleted or changed so that nobody could sign in', async () => {
    const made = await enforced();
    const { connectionId } = { connectionId: made.id };
    await expect(deactivateConnection(made.ctx, { connectionId })).rejects.toThrow(PreconditionFailed);
    await expect(deleteConnection(made.ctx, { connectionId })).rejects.toThrow(PreconditionFailed);
    await expect(
      changeMapping(made.ctx, { connectionId, email: 'corp', name: null, groups: null }),
    ).rejects.toThrow(PreconditionFailed);
    expect(await connectionFacts(made)).toMatchObject({
      status: 'active',
      isTested: true,
      attributeMap: { email: null },
    });
    expect((await signInBy(bench, made)).token).not.toBeNull();
  });

  it('a new certificate of the provider can be added', async () => {
    const made = await enforced();
    const { other } = await testKeys();
    await addCertificate(made.ctx, { connectionId: made.id, certificate: other.certificatePem });
    expect((await signInBy(bench, made, { key: other })).token).not.toBeNull();
  });

  it('an owner who came round it can stop it, and turn the connection off', async () => {
    const made = await enforced();
    await enforceSso(made.ctx, { isEnforced: false });
    await deactivateConnection(made.ctx, { connectionId: made.id });
    expect(await connectionFacts(made)).toMatchObject({ status: 'draft' });
  });
});
