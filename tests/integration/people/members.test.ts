import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction, type Ctx } from '@/context';
import { Forbidden } from '@/errors';
import { listGrantableAccounts } from '@/features/members/grantable-accounts';
import { limitMember } from '@/features/members/limit-member';
import { listMembers } from '@/features/members/list-members';
import { MemberSearch } from '@/features/members/schemas';
import { openSession } from '../../support/open-session';
import { createWorkbench, PRODUCTION, type Workbench } from '../../support/workbench';
import { addAccounts, newPerson, userOf } from './support';

let bench: Workbench;
let owner: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  owner = await bench.newWorkspace();
});

const all = MemberSearch.parse({});

describe('the list of members', () => {
  it('says of each how they came, what they see, and how safe their sign-in is', async () => {
    const editor = await bench.ctxAs(owner, 'editor');
    const viewer = await bench.ctxAs(owner, 'viewer');
    const refs = await addAccounts(bench, owner, [PRODUCTION]);
    await limitMember(owner, { userId: userOf(viewer), accounts: refs });
    const sql = (text: string, id: Ctx) => bench.database.owner.query(text, [userOf(id)]);
    await sql(
      `update membership set origin = 'scim', deactivated_at = '2027-03-01T00:00:00Z' where user_id = $1`,
      viewer,
    );
    await sql('update app_user set totp_confirmed_at = now() where id = $1', editor);
    await sql(
      `insert into passkey (id, user_id, public_key, is_backed_up, name) values ('key', $1, '\\x01', false, 'Key')`,
      owner,
    );
    await openSession(bench.runtime, userOf(editor));
    const { members, total } = await listMembers(owner, all);
    expect(total).toBe(3);
    expect(members.map((one) => [one.role, one.origin, one.managed])).toMatchObject([
      ['owner', 'founder', { hasSecondFactor: true, lastSeenAt: null, accountRefs: null }],
      ['editor', 'founder', { hasSecondFactor: true, lastSeenAt: bench.clock.now(), accountRefs: null }],
      ['viewer', 'scim', { hasSecondFactor: false, accountRefs: refs }],
    ]);
    expect(members[2]?.deactivatedAt).toEqual(new Date('2027-03-01T00:00:00Z'));
  });

  it('tells when somebody was seen here, and nothing of when they are elsewhere', async () => {
    const elsewhere = await bench.newWorkspace('Other');
    const viewer = await bench.ctxAs(owner, 'viewer');
    await withTransaction(elsewhere, (tx) =>
      tx.membership.create({
        data: { workspaceId: elsewhere.workspaceId, userId: userOf(viewer), role: 'viewer' },
      }),
    );
    await openSession(bench.runtime, userOf(viewer));
    const seen = async (workspaceId: string) => {
      await bench.database.owner.query('update auth_session set workspace_id = $1', [workspaceId]);
      const { members } = await listMembers(owner, all);
      return members.find((one) => one.userId === userOf(viewer))?.managed?.lastSeenAt;
    };
    expect(await seen(owner.workspaceId)).toEqual(bench.clock.now());
    expect(await seen(elsewhere.workspaceId)).toBeNull();
  });

  it('shows everybody who is there, limited people too, but how they sign in only to those who manage them', async () => {
    const refs = await addAccounts(bench, owner, [PRODUCTION]);
    const viewer = await bench.ctxAs(owner, 'viewer');
    await limitMember(owner, { userId: userOf(viewer), accounts: refs });
    const limited = { ...viewer, actor: { ...viewer.actor, accounts: [PRODUCTION] } } as Ctx;
    const { members } = await listMembers(limited, all);
    expect(members.map((one) => one.name)).toEqual(['The owner', 'The viewer']);
    expect(members.map((one) => one.managed)).toEqual([null, null]);
    await expect(listGrantableAccounts(limited)).rejects.toThrow(Forbidden);
    await expect(listMembers(bench.asWorker(owner), all)).rejects.toThrow(Forbidden);
  });

  it('holds nobody of another workspace', async () => {
    const elsewhere = await bench.newWorkspace('Other');
    await addAccounts(bench, elsewhere, [PRODUCTION]);
    await newPerson(bench, { email: 'nobody@nowhere.example', isVerified: true });
    const { members } = await listMembers(owner, all);
    expect(members.map((one) => one.userId)).toEqual([userOf(owner)]);
    expect(await listGrantableAccounts(owner)).toEqual([]);
  });

  it('is searched by a part of name or address, letter by letter, and comes in pages', async () => {
    for (let at = 0; at < 60; at += 1) {
      const userId = await newPerson(bench, { email: `person_${at}@acme.example`, isVerified: true });
      await bench.database.owner.query(
        `insert into membership (workspace_id, user_id, role) values ($1, $2, 'viewer')`,
        [owner.workspaceId, userId],
      );
    }
    const find = (search: string, page = 1) => listMembers(owner, MemberSearch.parse({ search, page }));
    expect(await find('PERSON_59@')).toMatchObject({
      total: 1,
      members: [{ email: 'person_59@acme.example' }],
    });
    // No wildcards: what is typed is what is looked for.
    expect((await find('person%')).total).toBe(0);
    expect((await find('the owner')).total).toBe(1);
    const [first, second] = [await find(''), await find('', 2)];
    expect([first.total, first.members.length, second.members.length]).toEqual([61, 50, 11]);
    const ids = [...first.members, ...second.members].map((one) => one.userId);
    expect(new Set(ids).size).toBe(61);
  });
});
