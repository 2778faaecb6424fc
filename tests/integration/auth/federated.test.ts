import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Forbidden, NotFound } from '@/errors';
import { changePassword } from '@/features/auth/change-password';
import { requestEmailChange } from '@/features/auth/email-links';
import { switchWorkspace } from '@/features/auth/own-sessions';
import { addPasskey, offerPasskey, removePasskey } from '@/features/auth/passkeys';
import { requireOwnCredentials } from '@/features/auth/person';
import { makeRecoveryCodes } from '@/features/auth/recovery-codes';
import { confirmTotp, offerTotp, removeTotp } from '@/features/auth/second-factor';
import { readSession } from '@/features/auth/sessions';
import { Authenticator } from '../../support/authenticator';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  addDevice,
  addTo,
  addTotp,
  empty,
  MINUTE,
  newOwner,
  NEXT_PASSWORD,
  PASSWORD,
  personOfToken,
  samlOf,
  sessionOf,
  signedIn,
  type TokenPerson,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const set = (workspaceId: string, change: string) =>
  bench.database.owner.query(`update workspace set ${change} where id = $1`, [workspaceId]);
const connect = (workspaceId: string, status = 'active') =>
  bench.database.owner.query(
    `insert into sso_connection (workspace_id, id, name, status, created_at, updated_at)
     values ($1, gen_random_uuid(), 'Their IdP', $2, now(), now())`,
    [workspaceId, status],
  );
const closedTo = async (token: string) => (await readSession(bench.runtime, token))?.workspace?.closed;

/** Ada owns A, whose identity provider opened this session, and is a member of Grace’s B. */
async function inBoth() {
  const ada = await newOwner(bench);
  const grace = await newOwner(bench, 'grace');
  await addTo(bench, grace.workspaceId, ada.userId, 'admin');
  const token = await sessionOf(bench, ada.userId, samlOf(ada.workspaceId));
  return { ada, grace, token, person: await personOfToken(bench, token) };
}

describe('a session that an identity provider opened', () => {
  it('opens the workspace of that provider, and none of the person’s others', async () => {
    const { ada, grace, token, person } = await inBoth();
    const session = await readSession(bench.runtime, token);
    expect(session?.workspaces.map((one) => one.id)).toEqual([ada.workspaceId]);
    await expect(switchWorkspace(person, { workspaceId: grace.workspaceId })).rejects.toThrow(NotFound);
    await bench.database.owner.query('update auth_session set workspace_id = $1', [grace.workspaceId]);
    expect((await readSession(bench.runtime, token))?.workspace?.id).toBe(ada.workspaceId);
  });

  it('opens nothing once the person is no member of that workspace', async () => {
    const { ada, token } = await inBoth();
    const { owner } = bench.database;
    await owner.query('update membership set deactivated_at = now() where workspace_id = $1', [
      ada.workspaceId,
    ]);
    expect(await readSession(bench.runtime, token)).toMatchObject({ workspace: null, workspaces: [] });
    await owner.query('delete from membership where workspace_id = $1', [ada.workspaceId]);
    expect(await readSession(bench.runtime, token)).toMatchObject({ workspace: null, workspaces: [] });
  });

  const attempts: [string, (person: TokenPerson) => Promise<unknown>][] = [
    ['offer an app', (person) => offerTotp(person)],
    ['keep an app', (person) => confirmTotp(person, { offer: 'x', code: '123456' })],
    ['remove an app', (person) => removeTotp(person)],
    ['offer a passkey', (person) => offerPasskey(person)],
    ['remove a passkey', (person) => removePasskey(person, { passkeyId: 'x' })],
    ['make recovery codes', (person) => makeRecoveryCodes(person)],
    ['change the password', (person) => changePassword(person, { current: PASSWORD, next: NEXT_PASSWORD })],
    ['change the address', (person) => requestEmailChange(person, { email: 'ada@else.example' })],
  ];
  it.each(attempts)('cannot %s of somebody who belongs elsewhere as well', async (_, attempt) => {
    const { person } = await inBoth();
    await expect(attempt(person)).rejects.toThrow(Forbidden);
  });

  it('cannot add a passkey that was offered in another session', async () => {
    const { ada, person } = await inBoth();
    const offered = await offerPasskey(await signedIn(bench, ada.email));
    const response = new Authenticator(new URL(person.config.appUrl).origin).create(offered);
    await expect(addPasskey(person, { name: 'Theirs', response })).rejects.toThrow(Forbidden);
  });

  it('manages what is the person’s own while they belong nowhere else', async () => {
    const ada = await newOwner(bench);
    const person = await personOfToken(bench, await sessionOf(bench, ada.userId, samlOf(ada.workspaceId)));
    await requireOwnCredentials(person);
    expect(await makeRecoveryCodes(person)).toHaveLength(10);
  });

  it('does not come to it by throwing the person out of its own workspace', async () => {
    const { ada, person } = await inBoth();
    await bench.database.owner.query('delete from membership where workspace_id = $1', [ada.workspaceId]);
    await expect(requireOwnCredentials(person)).rejects.toThrow(Forbidden);
    await bench.database.owner.query('delete from membership where user_id = $1', [ada.userId]);
    await expect(requireOwnCredentials(person)).rejects.toThrow(Forbidden);
  });

  it('does not come to it while the person is switched off in their other workspace', async () => {
    const { grace, person } = await inBoth();
    await bench.database.owner.query('update membership set deactivated_at = now() where workspace_id = $1', [
      grace.workspaceId,
    ]);
    await expect(requireOwnCredentials(person)).rejects.toThrow(Forbidden);
  });

  it('ends when the identity provider said that it does, and never later than others', async () => {
    const ada = await newOwner(bench);
    const until = (minutes: number) => new Date(bench.clock.now().getTime() + minutes * MINUTE);
    const short = await sessionOf(bench, ada.userId, samlOf(ada.workspaceId, until(30)));
    const long = await sessionOf(bench, ada.userId, samlOf(ada.workspaceId, until(100 * 1_440)));
    bench.clock.advance(30 * MINUTE - 1);
    expect(await readSession(bench.runtime, short)).not.toBeNull();
    bench.clock.advance(1);
    expect(await readSession(bench.runtime, short)).toBeNull();
    const { rows } = await bench.database.owner.query<{ days: number }>(
      `select extract(epoch from expires_at - created_at)::int / 86400 as days from auth_session order by 1 desc`,
    );
    expect(rows[0]?.days).toBe(14);
    expect(await readSession(bench.runtime, long)).not.toBeNull();
  });
});

describe('a workspace that enforces single sign-on', () => {
  it('is closed at once to sessions of a password or a passkey, and open to those of its provider', async () => {
    const ada = await newOwner(bench);
    await connect(ada.workspaceId);
    const { token } = await signedIn(bench, ada.email);
    const passkey = await sessionOf(bench, ada.userId, { method: 'passkey', hasSecondFactor: true });
    const saml = await sessionOf(bench, ada.userId, samlOf(ada.workspaceId));
    expect(await closedTo(token)).toBeNull();
    await set(ada.workspaceId, 'enforce_sso = true');
    expect(await closedTo(token)).toBe('sso');
    expect(await closedTo(passkey)).toBe('sso');
    expect(await closedTo(saml)).toBeNull();
  });

  it('shuts nobody out while its connection is off', async () => {
    const ada = await newOwner(bench);
    await connect(ada.workspaceId, 'draft');
    const { token } = await signedIn(bench, ada.email);
    await set(ada.workspaceId, 'enforce_sso = true');
    expect(await closedTo(token)).toBeNull();
  });

  it('closes none of the person’s other workspaces', async () => {
    const { ada, grace } = await inBoth();
    await connect(ada.workspaceId);
    await set(ada.workspaceId, 'enforce_sso = true');
    const person = await signedIn(bench, ada.email);
    const { token, workspace } = await switchWorkspace(person, { workspaceId: grace.workspaceId });
    expect(workspace.closed).toBeNull();
    expect(await closedTo(token)).toBeNull();
  });
});

describe('a workspace that asks for a second factor', () => {
  it('is closed to a session that has shown none, whatever the person has', async () => {
    const ada = await newOwner(bench);
    const plain = await signedIn(bench, ada.email);
    const factor = await sessionOf(bench, ada.userId, { hasSecondFactor: true });
    await set(ada.workspaceId, 'require_second_factor = true');
    expect(await closedTo(plain.token)).toBe('second-factor');
    expect(await closedTo(factor)).toBeNull();
  });

  it('is closed to every session of somebody who removed the last that they had', async () => {
    const ada = await newOwner(bench);
    await set(ada.workspaceId, 'require_second_factor = true');
    const { device, token } = await addDevice(bench, await signedIn(bench, ada.email));
    const other = await sessionOf(bench, ada.userId, { hasSecondFactor: true });
    const { token: both } = await addTotp(bench, await personOfToken(bench, token));
    const person = await personOfToken(bench, both);
    await removePasskey(person, { passkeyId: device.id });
    expect(await closedTo(both)).toBeNull();
    await removeTotp(person);
    expect(await closedTo(both)).toBe('second-factor');
    expect(await closedTo(other)).toBe('second-factor');
  });

  it('leaves it to the identity provider to ask for one', async () => {
    const ada = await newOwner(bench);
    await set(ada.workspaceId, 'require_second_factor = true');
    expect(await closedTo(await sessionOf(bench, ada.userId, samlOf(ada.workspaceId)))).toBeNull();
  });
});
