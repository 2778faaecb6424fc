import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NotFound } from '@/errors';
import { auditSignIn } from '@/features/auth/audit-sign-in';
import { beginBreakGlass } from '@/features/auth/break-glass';
import { endOtherSessions, endOwnSession, listSessions, switchWorkspace } from '@/features/auth/own-sessions';
import { readSession } from '@/features/auth/sessions';
import { listMembers } from '@/features/members/list-members';
import { actorOf, createWorkbench, type Workbench } from '../../support/workbench';
import { DEVICE } from '../../support/open-session';
import {
  addTo,
  addTotp,
  codesOf,
  empty,
  enter,
  eventsOf,
  finish,
  mailsTo,
  newOwner,
  personOfToken,
  samlOf,
  sessionOf,
  signedIn,
  totpCode,
} from '../auth/support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

/** Single sign-on is on and required, as its owner may have it at any time. */
async function shut(workspaceId: string): Promise<void> {
  const { owner } = bench.database;
  await owner.query('update workspace set enforce_sso = true where id = $1', [workspaceId]);
  await owner.query(
    `insert into sso_connection (workspace_id, id, name, status, activated_at, created_at, updated_at)
     values ($1, gen_random_uuid(), 'Their IdP', 'active', now(), now(), now())`,
    [workspaceId],
  );
}

/** Ada came to Mallory's workspace first, and has one of her own: neither owner has a say in the other. */
async function between() {
  const mallory = await newOwner(bench, 'mallory');
  bench.clock.advance(5_000);
  const ada = await newOwner(bench, 'ada');
  await bench.database.owner.query(
    `insert into membership (workspace_id, user_id, role, created_at) values ($1, $2, 'editor', $3)`,
    [mallory.workspaceId, ada.userId, new Date(bench.clock.now().getTime() - 60_000)],
  );
  return { mallory, ada };
}

describe('a workspace that requires its single sign-on', () => {
  it('does not keep a person out of the others with a password', async () => {
    const { mallory, ada } = await between();
    const person = await signedIn(bench, ada.email);
    expect((await readSession(bench.runtime, person.token))?.workspace?.id).toBe(mallory.workspaceId);
    await shut(mallory.workspaceId);
    const session = await readSession(bench.runtime, person.token);
    expect(session?.workspace).toMatchObject({ id: ada.workspaceId, closed: null });
    expect(session?.workspaces.map((one) => one.closed).sort()).toEqual([null, 'sso']);
    // Who goes there on purpose is told how.
    const { token } = await switchWorkspace(person, { workspaceId: mallory.workspaceId });
    expect((await readSession(bench.runtime, token))?.workspace).toMatchObject({ closed: 'sso' });
  });

  it('nor does one that asks for a second factor', async () => {
    const { mallory, ada } = await between();
    await bench.database.owner.query('update workspace set require_second_factor = true where id = $1', [
      mallory.workspaceId,
    ]);
    const { token } = await signedIn(bench, ada.email);
    expect((await readSession(bench.runtime, token))?.workspace?.id).toBe(ada.workspaceId);
  });

  it('learns nothing of sign-ins that do not open it', async () => {
    const { mallory, ada } = await between();
    await shut(mallory.workspaceId);
    const { token } = await enter(bench, ada.email);
    bench.clock.advance(120_000);
    await readSession(bench.runtime, token);
    expect(await eventsOf(bench, mallory.workspaceId, 'session.opened')).toEqual([]);
    expect(await eventsOf(bench, ada.workspaceId, 'session.opened')).toHaveLength(1);
    const ctx = { ...mallory.ctx, actor: actorOf(mallory.userId, 'owner') };
    const { members } = await listMembers(ctx, { search: ada.email, page: 1 });
    expect(members).toMatchObject([{ managed: { lastSeenAt: null } }]);
    const own = await listMembers(
      { ...ada.ctx, actor: actorOf(ada.userId, 'owner') },
      { search: '', page: 1 },
    );
    expect(own.members).toMatchObject([{ managed: { lastSeenAt: bench.clock.now() } }]);
  });
});

describe('an identity provider that signs in as a person of its domain', () => {
  it('sees and ends no session but those that it opened', async () => {
    const { mallory, ada } = await between();
    const own = await sessionOf(bench, ada.userId, {
      device: { address: '198.51.100.77', userAgent: 'Firefox' },
    });
    const { id } = (await readSession(bench.runtime, own))?.session ?? { id: '' };
    const other = await sessionOf(bench, ada.userId, samlOf(mallory.workspaceId));
    const asAda = await personOfToken(bench, await sessionOf(bench, ada.userId, samlOf(mallory.workspaceId)));
    const listed = await listSessions(asAda);
    expect(listed.map((one) => one.method)).toEqual(['saml', 'saml']);
    expect(JSON.stringify(listed)).not.toContain('198.51.100.77');
    await expect(endOwnSession(asAda, { sessionId: id })).rejects.toThrow(NotFound);
    expect(await endOtherSessions(asAda)).toEqual({ ended: 1 });
    expect(await readSession(bench.runtime, own)).not.toBeNull();
    expect(await readSession(bench.runtime, other)).toBeNull();
    // And the other way round: what happens to a session that is held to one workspace is nothing to the others.
    expect(await eventsOf(bench, mallory.workspaceId, 'session.ended-others')).toHaveLength(1);
    expect(await eventsOf(bench, ada.workspaceId, 'session.ended-others')).toEqual([]);
  });

  it('leaves all to a person who has no other workspace', async () => {
    const ada = await newOwner(bench);
    await sessionOf(bench, ada.userId);
    const person = await personOfToken(bench, await sessionOf(bench, ada.userId, samlOf(ada.workspaceId)));
    expect(await listSessions(person)).toHaveLength(2);
    expect(await endOtherSessions(person)).toEqual({ ended: 1 });
  });

  it('is told of a sign-out in its own workspace alone', async () => {
    const { mallory, ada } = await between();
    await auditSignIn(bench.runtime, ada.userId, DEVICE, { action: 'session.ended' }, mallory.workspaceId);
    expect(await eventsOf(bench, mallory.workspaceId, 'session.ended')).toHaveLength(1);
    expect(await eventsOf(bench, ada.workspaceId, 'session.ended')).toEqual([]);
  });
});

describe('an owner of two workspaces whose identity providers fail', () => {
  async function comeIn() {
    const ada = await newOwner(bench, 'ada');
    const grace = await newOwner(bench, 'grace');
    await addTo(bench, grace.workspaceId, ada.userId, 'owner');
    const edsger = await newOwner(bench, 'edsger');
    await addTo(bench, edsger.workspaceId, ada.userId, 'editor');
    const { secret, token } = await addTotp(bench, await signedIn(bench, ada.email));
    const [code = ''] = await codesOf(await personOfToken(bench, token));
    for (const one of [ada, grace, edsger]) await shut(one.workspaceId);
    const half = await beginBreakGlass(bench.runtime, { email: ada.email, code }, DEVICE);
    const proof = { kind: 'totp', code: totpCode(secret, bench.clock.now()) } as const;
    const opened = await finish(bench, half.token, proof);
    return { ada, grace, edsger, person: await personOfToken(bench, opened.token) };
  }

  it('reaches both, and everybody in the second one is told as well', async () => {
    const { ada, grace, edsger, person } = await comeIn();
    const session = await readSession(bench.runtime, person.token);
    expect(session?.workspace?.id).toBe(ada.workspaceId);
    expect(session?.workspaces.map((one) => one.id)).toEqual([ada.workspaceId, grace.workspaceId]);
    const subject = 'Single sign-on of Works of grace was gone round';
    expect(await mailsTo(bench, grace.email)).not.toContainEqual(expect.objectContaining({ subject }));
    const { token } = await switchWorkspace(person, { workspaceId: grace.workspaceId });
    expect((await readSession(bench.runtime, token))?.workspace).toMatchObject({
      id: grace.workspaceId,
      closed: null,
    });
    expect(await mailsTo(bench, grace.email)).toContainEqual(expect.objectContaining({ subject }));
    expect(await eventsOf(bench, grace.workspaceId, 'session.break-glass')).toHaveLength(1);
    expect(await eventsOf(bench, edsger.workspaceId, 'session.break-glass')).toEqual([]);
  });

  it('reaches none where somebody else is the owner', async () => {
    const { edsger, person } = await comeIn();
    await expect(switchWorkspace(person, { workspaceId: edsger.workspaceId })).rejects.toThrow(NotFound);
  });
});
