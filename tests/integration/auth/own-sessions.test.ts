import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NotFound, StepUpNeeded, Unauthenticated } from '@/errors';
import { deviceName } from '@/features/auth/device-name';
import { endOtherSessions, endOwnSession, listSessions, switchWorkspace } from '@/features/auth/own-sessions';
import { readSession, rotateSession } from '@/features/auth/sessions';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  addTo,
  addTotp,
  empty,
  enter,
  eventsOf,
  held,
  MINUTE,
  newOwner,
  personOfToken,
  samlOf,
  sessionOf,
  signedIn,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const isOpen = async (token: string) => (await readSession(bench.runtime, token)) !== null;
const DAY = 1_440 * MINUTE;

describe('the list of one’s sessions', () => {
  it('names the device, where it is and how it came in, this one first, and nobody else’s', async () => {
    const { email, userId, workspaceId } = await newOwner(bench);
    await signedIn(bench, (await newOwner(bench, 'grace')).email);
    await sessionOf(bench, userId, samlOf(workspaceId));
    const person = await signedIn(bench, email);
    await sessionOf(bench, userId, { device: { address: '198.51.100.4', userAgent: '' } });
    const listed = await listSessions(person);
    expect(listed).toHaveLength(3);
    expect(listed[0]).toMatchObject({ isThis: true, device: 'Chrome on Linux', address: '203.0.113.7' });
    expect(listed.map((one) => one.method).sort()).toEqual(['password', 'password', 'saml']);
    expect(listed).toContainEqual(
      expect.objectContaining({ isThis: false, device: 'Unknown device', address: '198.51.100.4' }),
    );
    expect(JSON.stringify(listed)).not.toContain(person.token);
  });

  it('leaves out what is over, and half a sign-in', async () => {
    const { email, userId } = await newOwner(bench);
    await sessionOf(bench, userId);
    bench.clock.advance(3 * DAY + 1);
    await sessionOf(bench, userId, { stage: 'factor' });
    expect(await listSessions(await signedIn(bench, email))).toHaveLength(1);
  });

  it.each([
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15',
      'Safari on macOS',
    ],
    ['x'.repeat(300), 'Unknown browser'],
    ['', 'Unknown device'],
    [null, 'Unknown device'],
  ])('calls a device by a name', (userAgent, name) => {
    expect(deviceName(userAgent)).toBe(name);
  });
});

describe('ending sessions', () => {
  it('ends one of one’s own at once', async () => {
    const { email, workspaceId } = await newOwner(bench);
    const person = await signedIn(bench, email);
    const other = await signedIn(bench, email);
    await endOwnSession(person, { sessionId: other.session.id });
    expect(await isOpen(other.token)).toBe(false);
    expect(await isOpen(person.token)).toBe(true);
    await expect(endOwnSession(person, { sessionId: other.session.id })).rejects.toThrow(NotFound);
    expect(await eventsOf(bench, workspaceId, 'session.ended')).toHaveLength(1);
  });

  it('knows no session of somebody else', async () => {
    const person = await signedIn(bench, (await newOwner(bench)).email);
    const grace = await signedIn(bench, (await newOwner(bench, 'grace')).email);
    await expect(endOwnSession(person, { sessionId: grace.session.id })).rejects.toThrow(NotFound);
    await expect(endOwnSession(person, { sessionId: randomUUID() })).rejects.toThrow(NotFound);
    expect(await isOpen(grace.token)).toBe(true);
  });

  it('ends all others, half sign-ins too, and nobody else’s', async () => {
    const { email, userId } = await newOwner(bench);
    const { token } = await addTotp(bench, await signedIn(bench, email));
    const others = [await sessionOf(bench, userId), (await enter(bench, email)).token];
    const grace = await signedIn(bench, (await newOwner(bench, 'grace')).email);
    expect(await endOtherSessions(await personOfToken(bench, token))).toEqual({ ended: 2 });
    for (const other of others) expect(await isOpen(other)).toBe(false);
    expect(await isOpen(token)).toBe(true);
    expect(await isOpen(grace.token)).toBe(true);
    const { rows } = await bench.database.owner.query(`select from auth_session where stage = 'factor'`);
    expect(rows).toHaveLength(0);
  });

  it('ends all others for whoever proved a moment ago who they are', async () => {
    const { token } = await enter(bench, (await newOwner(bench)).email);
    bench.clock.advance(6 * MINUTE);
    await expect(endOtherSessions(await personOfToken(bench, token))).rejects.toThrow(StepUpNeeded);
  });
});

describe('switching workspaces', () => {
  async function inTwo() {
    const ada = await newOwner(bench);
    const grace = await newOwner(bench, 'grace');
    await addTo(bench, grace.workspaceId, ada.userId, 'viewer');
    return { ada, grace, person: await signedIn(bench, ada.email) };
  }

  it('opens another of one’s own under a new token', async () => {
    const { ada, grace, person } = await inTwo();
    expect((await readSession(bench.runtime, person.token))?.workspace?.id).toBe(ada.workspaceId);
    const { token } = await switchWorkspace(person, { workspaceId: grace.workspaceId });
    expect(await isOpen(person.token)).toBe(false);
    expect((await readSession(bench.runtime, token))?.workspace).toMatchObject({
      id: grace.workspaceId,
      role: 'viewer',
    });
    expect(await eventsOf(bench, grace.workspaceId, 'session.switched')).toMatchObject([
      { actor_kind: 'user', actor_id: ada.userId },
    ]);
    expect(await eventsOf(bench, ada.workspaceId, 'session.switched')).toEqual([]);
  });

  it('knows no workspace of others, nor one where the person is switched off', async () => {
    const { grace, person } = await inTwo();
    const edsger = await newOwner(bench, 'edsger');
    for (const workspaceId of [edsger.workspaceId, randomUUID()]) {
      await expect(switchWorkspace(person, { workspaceId })).rejects.toThrow(NotFound);
    }
    await bench.database.owner.query('update membership set deactivated_at = now() where workspace_id = $1', [
      grace.workspaceId,
    ]);
    await expect(switchWorkspace(person, { workspaceId: grace.workspaceId })).rejects.toThrow(NotFound);
    expect(await isOpen(person.token)).toBe(true);
  });

  it('is not done with a token that is over, though the session goes on', async () => {
    const { grace, person } = await inTwo();
    const input = { workspaceId: grace.workspaceId };
    const token = await rotateSession(bench.runtime, person.session.id, { steppedUp: true });
    await expect(switchWorkspace(person, input)).rejects.toThrow(Unauthenticated);
    expect(await isOpen(token)).toBe(true);
    const again = await personOfToken(bench, token);
    const late = await held(
      bench,
      `update auth_session set token_hash = 'of a later token' where id = $1`,
      [again.session.id],
      () => switchWorkspace(again, input),
    );
    expect(late).toBeInstanceOf(Unauthenticated);
  });

  it('cannot outlast a stricter workspace', async () => {
    const { grace, person } = await inTwo();
    await bench.database.owner.query('update workspace set session_absolute_minutes = 30 where id = $1', [
      grace.workspaceId,
    ]);
    bench.clock.advance(31 * MINUTE);
    const { token } = await switchWorkspace(person, { workspaceId: grace.workspaceId });
    expect(await isOpen(token)).toBe(false);
  });
});
