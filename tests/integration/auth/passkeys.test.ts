import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Conflict, Invalid, LimitReached, NotFound, StepUpNeeded, Unauthenticated } from '@/errors';
import {
  addPasskey,
  askForPasskey,
  offerPasskey,
  removePasskey,
  signInWithPasskey,
} from '@/features/auth/passkeys';
import { readSession } from '@/features/auth/sessions';
import { stepUp } from '@/features/auth/step-up';
import { Authenticator, newKey, type Deviation } from '../../support/authenticator';
import { DEVICE } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  addDevice,
  countOk,
  empty,
  enter,
  eventsOf,
  finish,
  MINUTE,
  newOwner,
  personOfToken,
  signedIn,
  soon,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const ORIGIN = 'http://127.0.0.1:3000';

async function withDevice(options: { name?: string; counter?: number } = {}) {
  const who = await newOwner(bench, options.name);
  const { device, token } = await addDevice(bench, await signedIn(bench, who.email), options);
  return { ...who, device, person: await personOfToken(bench, token) };
}

const alone = async (device: Authenticator, how: Deviation = {}) =>
  signInWithPasskey(bench.runtime, device.get(await askForPasskey(bench.runtime, null), how), DEVICE);

async function second(device: Authenticator, of: { email: string; userId: string }, how: Deviation = {}) {
  const { token } = await enter(bench, of.email);
  const response = device.get(await askForPasskey(bench.runtime, of.userId), how);
  return finish(bench, token, { kind: 'passkey', response });
}

describe('a passkey', () => {
  it('signs in alone, as two factors in one', async () => {
    const { device, userId, workspaceId } = await withDevice();
    const { token, stage } = await alone(device);
    expect(stage).toBe('open');
    expect(await readSession(bench.runtime, token)).toMatchObject({
      userId,
      session: { method: 'passkey', hasSecondFactor: true },
      workspace: { id: workspaceId },
    });
  });

  it('does not sign in alone where it was touched only', async () => {
    const { device, userId } = await withDevice();
    const asked = await askForPasskey(bench.runtime, null);
    expect(asked).toMatchObject({ userVerification: 'required', allowCredentials: [] });
    await expect(
      signInWithPasskey(bench.runtime, device.get(asked, { isVerified: false }), DEVICE),
    ).rejects.toThrow(Unauthenticated);
    const { rows } = await bench.database.owner.query('select from auth_session where user_id = $1', [
      userId,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('is a second factor beside the password, where a touch is enough', async () => {
    const of = await withDevice();
    expect((await enter(bench, of.email)).stage).toBe('factor');
    expect(await second(of.device, of, { isVerified: false })).toMatchObject({ stage: 'open' });
  });

  it('gives the session that added it a new token, and a second factor', async () => {
    const { email } = await newOwner(bench);
    const before = await signedIn(bench, email);
    const { token } = await addDevice(bench, before);
    expect(await readSession(bench.runtime, before.token)).toBeNull();
    expect((await personOfToken(bench, token)).session).toMatchObject({
      id: before.session.id,
      hasSecondFactor: true,
    });
  });

  const forged: [string, Deviation][] = [
    ['at another site', { origin: 'https://belvedere.example.org' }],
    ['at another port', { origin: 'http://127.0.0.1:3001' }],
    ['for another site', { rpId: 'belvedere.example.org' }],
    ['for a challenge of its own', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
    ['as if it were added', { type: 'webauthn.create' }],
    ['with another key', { key: newKey().privateKey }],
  ];
  it.each(forged)('that signed %s opens nothing', async (_, how) => {
    const of = await withDevice();
    await expect(alone(of.device, how)).rejects.toThrow(Unauthenticated);
    await expect(second(of.device, of, how)).rejects.toThrow(Invalid);
    expect(await alone(of.device)).toMatchObject({ stage: 'open' });
  });

  it('answers a challenge once', async () => {
    const { device } = await withDevice();
    const response = device.get(await askForPasskey(bench.runtime, null));
    await signInWithPasskey(bench.runtime, response, DEVICE);
    await expect(signInWithPasskey(bench.runtime, response, DEVICE)).rejects.toThrow(Unauthenticated);
  });

  it('opens one session with one answer, however often it comes at the same moment', async () => {
    const { device } = await withDevice();
    const response = device.get(await askForPasskey(bench.runtime, null));
    const attempts = Array.from({ length: 5 }, () => signInWithPasskey(bench.runtime, response, DEVICE));
    expect(await countOk(attempts)).toBe(1);
  });

  it('uses up a challenge with a wrong answer as well', async () => {
    const { device } = await withDevice();
    const asked = await askForPasskey(bench.runtime, null);
    const wrong = device.get(asked, { origin: 'https://belvedere.example.org' });
    await expect(signInWithPasskey(bench.runtime, wrong, DEVICE)).rejects.toThrow(Unauthenticated);
    await expect(signInWithPasskey(bench.runtime, device.get(asked), DEVICE)).rejects.toThrow(
      Unauthenticated,
    );
  });

  it('answers a challenge within five minutes', async () => {
    const { device } = await withDevice();
    const asked = await askForPasskey(bench.runtime, null);
    bench.clock.advance(5 * MINUTE);
    await expect(signInWithPasskey(bench.runtime, device.get(asked), DEVICE)).rejects.toThrow(
      Unauthenticated,
    );
  });

  it('answers a challenge for what it was made and for whom', async () => {
    const ada = await withDevice();
    const grace = await withDevice({ name: 'grace' });
    const toEnter = await askForPasskey(bench.runtime, null);
    const ofAda = await askForPasskey(bench.runtime, ada.userId);
    const toAdd = await offerPasskey(ada.person);
    const { token } = await enter(bench, ada.email);
    const asFactor = (challenge: string) =>
      finish(bench, token, { kind: 'passkey', response: ada.device.get(ofAda, { challenge }) });
    await expect(asFactor(toEnter.challenge)).rejects.toThrow(Invalid);
    await expect(asFactor(toAdd.challenge)).rejects.toThrow(Invalid);
    await expect(
      signInWithPasskey(bench.runtime, ada.device.get(ofAda, { challenge: ofAda.challenge }), DEVICE),
    ).rejects.toThrow(Unauthenticated);
    await expect(
      signInWithPasskey(bench.runtime, grace.device.get(toEnter, { challenge: toAdd.challenge }), DEVICE),
    ).rejects.toThrow(Unauthenticated);
    // None of these was its challenge, so it is still there for what it was made.
    expect(await asFactor(ofAda.challenge)).toMatchObject({ stage: 'open' });
  });

  it('is the second factor of whom it belongs to', async () => {
    const ada = await withDevice();
    const grace = await withDevice({ name: 'grace' });
    await expect(second(grace.device, ada)).rejects.toThrow(Invalid);
    await expect(
      stepUp(ada.person, {
        kind: 'passkey',
        response: grace.device.get(await askForPasskey(bench.runtime, ada.userId)),
      }),
    ).rejects.toThrow(Invalid);
    expect(await second(ada.device, ada)).toMatchObject({ stage: 'open' });
  });

  it('that counts backwards was copied, and opens nothing', async () => {
    const { device } = await withDevice({ counter: 5 });
    await alone(device);
    await expect(alone(device, { counter: 6 })).rejects.toThrow(Unauthenticated);
    await expect(alone(device, { counter: 2 })).rejects.toThrow(Unauthenticated);
    expect(await alone(device, { counter: 40 })).toMatchObject({ stage: 'open' });
  });

  it('that nobody has kept says the same as one that signed wrongly', async () => {
    const { device } = await withDevice();
    const unknown = alone(new Authenticator(ORIGIN)).catch((error: unknown) => error);
    const wrong = alone(device, { isVerified: false }).catch((error: unknown) => error);
    expect(await unknown).toBeInstanceOf(Unauthenticated);
    expect(await unknown).toEqual(await wrong);
  });

  it('that was refused stands in the trail of whom it belongs to, as a stranger’s', async () => {
    const { device, workspaceId, userId } = await withDevice();
    await expect(alone(device, { isVerified: false })).rejects.toThrow(Unauthenticated);
    await soon(async () => {
      expect(await eventsOf(bench, workspaceId, 'session.refused')).toMatchObject([
        { actor_kind: 'stranger', actor_id: null, subject_id: userId, detail: { reason: 'passkey' } },
      ]);
    });
  });

  it('cannot be tried at leisure', async () => {
    const { device } = await withDevice();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(alone(device, { isVerified: false })).rejects.toThrow(Unauthenticated);
    }
    await expect(alone(device)).rejects.toThrow(LimitReached);
  });
});

describe('adding and removing passkeys', () => {
  const add = async (how: Deviation, name = 'ada') => {
    const person = await signedIn(bench, `${name}@example.org`);
    const device = new Authenticator(ORIGIN);
    return addPasskey(person, { name: 'Laptop', response: device.create(await offerPasskey(person), how) });
  };

  it.each([
    ['at another site', { origin: 'https://belvedere.example.org' }],
    ['for another site', { rpId: 'belvedere.example.org' }],
    ['for a challenge of its own', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
    ['as if it were used', { type: 'webauthn.get' }],
  ])('refuses one that was made %s', async (_, how) => {
    const { email } = await newOwner(bench);
    await expect(add(how)).rejects.toThrow(Invalid);
    expect((await enter(bench, email)).stage).toBe('open');
  });

  it('takes a challenge once, and that of whoever adds', async () => {
    const ada = await signedIn(bench, (await newOwner(bench)).email);
    const grace = await signedIn(bench, (await newOwner(bench, 'grace')).email);
    const offered = await offerPasskey(ada);
    const device = new Authenticator(ORIGIN);
    const response = device.create(offered);
    await expect(addPasskey(grace, { name: 'Mine', response })).rejects.toThrow(Invalid);
    await addPasskey(ada, { name: 'Laptop', response });
    await expect(addPasskey(ada, { name: 'Laptop', response })).rejects.toThrow(Invalid);
  });

  it('keeps a device for one person', async () => {
    const { device } = await withDevice();
    const grace = await signedIn(bench, (await newOwner(bench, 'grace')).email);
    const response = device.create(await offerPasskey(grace));
    await expect(addPasskey(grace, { name: 'Mine', response })).rejects.toThrow(Conflict);
  });

  it('is for whoever proved a moment ago who they are', async () => {
    const { person, device } = await withDevice();
    const offered = await offerPasskey(person);
    bench.clock.advance(5 * MINUTE + 1);
    await expect(offerPasskey(person)).rejects.toThrow(StepUpNeeded);
    const response = new Authenticator(ORIGIN).create(offered);
    await expect(addPasskey(person, { name: 'Other', response })).rejects.toThrow(StepUpNeeded);
    await expect(removePasskey(person, { passkeyId: device.id })).rejects.toThrow(StepUpNeeded);
  });

  it('removes one’s own, which opens nothing any more, and nobody else’s', async () => {
    const ada = await withDevice();
    const grace = await withDevice({ name: 'grace' });
    await expect(removePasskey(ada.person, { passkeyId: grace.device.id })).rejects.toThrow(NotFound);
    await removePasskey(ada.person, { passkeyId: ada.device.id });
    await expect(alone(ada.device)).rejects.toThrow(Unauthenticated);
    expect((await enter(bench, ada.email)).stage).toBe('open');
    expect(await alone(grace.device)).toMatchObject({ stage: 'open' });
  });
});
