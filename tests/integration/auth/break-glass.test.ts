import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Invalid, LimitReached, Unauthenticated } from '@/errors';
import { beginBreakGlass } from '@/features/auth/break-glass';
import { factorsOf } from '@/features/auth/factors';
import { askForPasskey } from '@/features/auth/passkeys';
import { removeTotp } from '@/features/auth/second-factor';
import { readSession } from '@/features/auth/sessions';
import { DEVICE } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  addDevice,
  addTo,
  addTotp,
  codesOf,
  empty,
  enter,
  eventsOf,
  finish,
  mailsTo,
  MINUTE,
  newOwner,
  personOfToken,
  signedIn,
  soon,
  totpCode,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const enforce = (workspaceId: string, isOn = true) =>
  bench.database.owner.query('update workspace set enforce_sso = $2 where id = $1', [workspaceId, isOn]);

/** The owner of a workspace that enforces single sign-on, with an app and codes. */
async function prepared(name = 'ada') {
  const who = await newOwner(bench, name);
  const { secret, token } = await addTotp(bench, await signedIn(bench, who.email));
  const person = await personOfToken(bench, token);
  const codes = await codesOf(person);
  await enforce(who.workspaceId);
  await bench.database.owner.query(
    `insert into sso_connection (workspace_id, id, name, status, created_at, updated_at)
     values ($1, gen_random_uuid(), 'Their IdP', 'active', now(), now())`,
    [who.workspaceId],
  );
  const [code = ''] = codes;
  const begin = (email = who.email, of = code) => beginBreakGlass(bench.runtime, { email, code: of }, DEVICE);
  const left = async () => (await factorsOf(bench.runtime, who.userId)).codesLeft;
  const proof = () => ({ kind: 'totp' as const, code: totpCode(secret, bench.clock.now()) });
  return { ...who, person, codes, code, begin, left, proof };
}

describe('coming in without the identity provider', () => {
  it('takes a recovery code and the second factor of an owner, and opens this workspace alone', async () => {
    const ada = await prepared();
    const grace = await newOwner(bench, 'grace');
    await addTo(bench, grace.workspaceId, ada.userId, 'owner');
    const before = (await readSession(bench.runtime, ada.person.token))?.workspaces;
    expect(before?.find((one) => one.id === ada.workspaceId)).toMatchObject({ closed: 'sso' });
    const { token: half, stage } = await ada.begin();
    expect(stage).toBe('factor');
    expect(await readSession(bench.runtime, half)).toBeNull();
    const { token } = await finish(bench, half, ada.proof());
    const session = await readSession(bench.runtime, token);
    expect(session).toMatchObject({
      session: { method: 'break-glass', hasSecondFactor: true },
      workspace: { id: ada.workspaceId, closed: null },
    });
    expect(session?.workspaces).toHaveLength(1);
    expect(await ada.left()).toBe(9);
  });

  it('takes a passkey as the second factor', async () => {
    const ada = await prepared();
    const { device } = await addDevice(bench, ada.person);
    const { token } = await ada.begin();
    const response = device.get(await askForPasskey(bench.runtime, ada.userId));
    expect(await finish(bench, token, { kind: 'passkey', response })).toMatchObject({ stage: 'open' });
  });

  it('does not take a second recovery code for the second factor', async () => {
    const { begin, codes, left, proof } = await prepared();
    const { token } = await begin();
    await expect(finish(bench, token, { kind: 'recovery', code: codes[1] ?? '' })).rejects.toThrow(Invalid);
    expect(await left()).toBe(9);
    expect(await finish(bench, token, proof())).toMatchObject({ stage: 'open' });
  });

  it('takes a code once', async () => {
    const { begin } = await prepared();
    await begin();
    await expect(begin()).rejects.toThrow(Unauthenticated);
  });

  it('tells everybody in the workspace, and the trail, and nobody elsewhere', async () => {
    const ada = await prepared();
    const grace = await newOwner(bench, 'grace');
    const edsger = await newOwner(bench, 'edsger');
    await addTo(bench, ada.workspaceId, grace.userId, 'viewer');
    const { token } = await ada.begin();
    // A code that is spent is on record even if the second factor never comes.
    expect(await eventsOf(bench, ada.workspaceId, 'factor.code-used')).toMatchObject([
      { actor_id: ada.userId },
    ]);
    const subject = 'Single sign-on of Works of ada was gone round';
    expect(await mailsTo(bench, ada.email)).not.toContainEqual(expect.objectContaining({ subject }));
    await finish(bench, token, ada.proof());
    for (const { email } of [ada, grace]) {
      const mails = await mailsTo(bench, email);
      const mail = mails.find((one) => one.subject === subject);
      expect(mail?.body).toContain('ada (ada@example.org) came into Works of ada');
      expect(mail?.body).toContain(DEVICE.address);
    }
    expect(await mailsTo(bench, edsger.email)).not.toContainEqual(expect.objectContaining({ subject }));
    expect(await eventsOf(bench, ada.workspaceId, 'session.break-glass')).toMatchObject([
      { actor_kind: 'user', actor_id: ada.userId, address: DEVICE.address },
    ]);
  });

  it('closes the moment the person owns the workspace no more', async () => {
    const ada = await prepared();
    const { token } = await finish(bench, (await ada.begin()).token, ada.proof());
    await bench.database.owner.query(`update membership set role = 'admin' where user_id = $1`, [ada.userId]);
    expect(await readSession(bench.runtime, token)).toMatchObject({ workspace: null, workspaces: [] });
  });

  it('is refused in the same words for whatever is missing, and takes no code then', async () => {
    const ada = await prepared();
    const refusal = async (attempt: Promise<unknown>) => {
      const error = await attempt.catch((one: unknown) => one);
      expect(error).toBeInstanceOf(Unauthenticated);
      expect(await ada.left()).toBe(10);
      return (error as Error).message;
    };
    const said = [
      await refusal(ada.begin('nobody@example.org')),
      await refusal(ada.begin(ada.email, 'aaaa-aaaa-aaaa')),
    ];
    const { owner } = bench.database;
    await owner.query(`update membership set role = 'admin' where user_id = $1`, [ada.userId]);
    said.push(await refusal(ada.begin()));
    await owner.query(`update membership set role = 'owner', deactivated_at = now() where user_id = $1`, [
      ada.userId,
    ]);
    said.push(await refusal(ada.begin()));
    await owner.query('update membership set deactivated_at = null');
    await enforce(ada.workspaceId, false);
    said.push(await refusal(ada.begin()));
    await enforce(ada.workspaceId);
    await removeTotp(ada.person);
    said.push(await refusal(ada.begin()));
    expect(new Set(said).size).toBe(1);
  });

  it('that was refused is in the trail, as a stranger’s', async () => {
    const ada = await prepared();
    await expect(ada.begin(ada.email, 'aaaa-aaaa-aaaa')).rejects.toThrow(Unauthenticated);
    await soon(async () => {
      expect(await eventsOf(bench, ada.workspaceId, 'session.refused')).toMatchObject([
        { actor_kind: 'stranger', actor_id: null, detail: { reason: 'break-glass' } },
      ]);
    });
  });

  it('cannot be guessed at leisure', async () => {
    const { begin, email } = await prepared();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(begin(email, `aaaa-aaaa-aaa${attempt}`)).rejects.toThrow(Unauthenticated);
    }
    await expect(begin()).rejects.toThrow(LimitReached);
    bench.clock.advance(15 * MINUTE + 1_000);
    expect(await begin()).toMatchObject({ stage: 'factor' });
  });

  it('leaves the ordinary way as it is: the password and the factor open a closed workspace', async () => {
    const ada = await prepared();
    const { token } = await finish(bench, (await enter(bench, ada.email)).token, ada.proof());
    expect((await readSession(bench.runtime, token))?.workspace).toMatchObject({ closed: 'sso' });
  });
});
