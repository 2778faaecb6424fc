import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import type { Role } from '@/domain/permissions';
import { Forbidden, Invalid, NotFound } from '@/errors';
import { ShareViewInput, type Audience } from '@/features/views/schemas';
import { mayShare, readSharing, shareView } from '@/features/views/share-view';
import { createView, deleteView, listViews, openView, updateView } from '@/features/views/views';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { eventsOf, idOf } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
});

const share = (as: Ctx, viewId: string, audience: Audience, people: readonly Ctx[] = []) =>
  shareView(as, { viewId, audience, userIds: people.map(idOf) });
const namesOf = async (as: Ctx) => (await listViews(as)).map((view) => view.name);

/** A view of an editor that one other editor was chosen for, and the people around it. */
async function chosenView() {
  const member = (role: Role) => bench.ctxAs(ctx, role);
  const [maker, friend, stranger, admin] = [
    await member('editor'),
    await member('editor'),
    await member('editor'),
    await member('admin'),
  ];
  const viewer = await member('viewer');
  const { id } = await createView(maker, { name: 'Ours', query: 'by=region' });
  await share(maker, id, 'chosen', [friend, viewer]);
  return { id, maker, friend, stranger, admin, viewer };
}

const asProgram = (of: Ctx, userId: string | null, role: Role = 'owner'): Ctx => ({
  ...of,
  actor: { kind: 'token', tokenId: randomUUID(), userId, role, scopes: ['view:read', 'view:write'] },
});
const asStaff = (of: Ctx): Ctx => ({
  ...of,
  actor: {
    kind: 'staff',
    staffId: randomUUID(),
    name: 'S',
    accessId: randomUUID(),
    expiresAt: new Date(8.64e15),
  },
});

describe('who sees a view', () => {
  it('L30 everyone, as long as nobody was chosen', async () => {
    const maker = await bench.ctxAs(ctx, 'editor');
    await createView(maker, { name: 'All', query: '' });
    for (const role of ['viewer', 'editor', 'admin'] as const) {
      expect(await namesOf(await bench.ctxAs(ctx, role))).toEqual(['All']);
    }
    expect(await namesOf(asProgram(ctx, null))).toEqual(['All']);
    expect(await namesOf(asStaff(ctx))).toEqual(['All']);
  });

  it('L30 its maker, owners, admins and the chosen ones, and nobody else', async () => {
    const { maker, friend, stranger, admin, viewer } = await chosenView();
    for (const sees of [maker, friend, viewer, admin, ctx]) expect(await namesOf(sees)).toEqual(['Ours']);
    expect(await namesOf(stranger)).toEqual([]);
    expect(await namesOf(await bench.newWorkspace('Other'))).toEqual([]);
  });

  it('L30 through a token what its person sees, and through nobody’s token and for staff what all see', async () => {
    const { friend, stranger } = await chosenView();
    expect(await namesOf(asProgram(ctx, idOf(friend), 'editor'))).toEqual(['Ours']);
    expect(await namesOf(asProgram(ctx, idOf(stranger), 'editor'))).toEqual([]);
    expect(await namesOf(asProgram(ctx, idOf(ctx), 'owner'))).toEqual(['Ours']);
    expect(await namesOf(asProgram(ctx, null, 'owner'))).toEqual([]);
    expect(await namesOf(asStaff(ctx))).toEqual([]);
  });

  it('L30 no longer somebody who was left out, nor whose membership is over', async () => {
    const { id, maker, friend, viewer } = await chosenView();
    await share(maker, id, 'chosen', [viewer]);
    expect(await namesOf(friend)).toEqual([]);
    await share(maker, id, 'chosen', [friend]);
    await bench.database.owner.query('delete from membership where user_id = $1', [idOf(friend)]);
    const { rowCount } = await bench.database.owner.query('select from view_grant');
    expect(rowCount).toBe(0);
  });

  it('L31 a view that one cannot see cannot be opened, changed, shared or deleted: it does not exist', async () => {
    const { id, stranger } = await chosenView();
    const other = await bench.newWorkspace('Other');
    for (const as of [stranger, other]) {
      await expect(openView(as, { viewId: id })).rejects.toThrow(NotFound);
      await expect(updateView(as, { viewId: id, name: 'Mine' })).rejects.toThrow(NotFound);
      await expect(deleteView(as, { viewId: id })).rejects.toThrow(NotFound);
      await expect(share(as, id, 'workspace')).rejects.toThrow(NotFound);
      expect((await readSharing(as)).chosen.size).toBe(0);
    }
    expect(await namesOf(ctx)).toEqual(['Ours']);
  });

  it('L31 an editor changes a view that was shared with them, a viewer does not', async () => {
    const { id, friend, viewer } = await chosenView();
    await updateView(friend, { viewId: id, name: 'Edited' });
    await expect(updateView(viewer, { viewId: id, name: 'Viewed' })).rejects.toThrow(Forbidden);
    expect(await namesOf(ctx)).toEqual(['Edited']);
    await deleteView(friend, { viewId: id });
    expect(await namesOf(ctx)).toEqual([]);
  });
});

describe('sharing a view', () => {
  it('L32 is for its maker, owners and admins', async () => {
    const { id, maker, friend, viewer, admin } = await chosenView();
    for (const as of [maker, admin, ctx]) await share(as, id, 'chosen', [friend, viewer]);
    await expect(share(friend, id, 'workspace')).rejects.toThrow(Forbidden);
    await expect(share(viewer, id, 'workspace')).rejects.toThrow(Forbidden);
    const demoted: Ctx = { ...maker, actor: { kind: 'user', userId: idOf(maker), role: 'viewer' } };
    await expect(share(demoted, id, 'workspace')).rejects.toThrow(Forbidden);
    await expect(share(asProgram(ctx, idOf(ctx)), id, 'workspace')).rejects.toThrow(Forbidden);
    await expect(share(asStaff(ctx), id, 'workspace')).rejects.toThrow(Forbidden);
    const view = { createdBy: idOf(maker) };
    expect([maker, admin, ctx].map((as) => mayShare(as, view))).toEqual([true, true, true]);
    expect([friend, viewer, demoted].map((as) => mayShare(as, view))).toEqual([false, false, false]);
  });

  it('L32 says who sees it, names who is there to choose, and forgets the chosen when all see it', async () => {
    const { id, maker, friend, viewer } = await chosenView();
    const before = await readSharing(friend);
    expect([...(before.chosen.get(id) ?? [])].sort()).toEqual([idOf(friend), idOf(viewer)].sort());
    expect(before.people.map((person) => person.name).sort()).toEqual([
      'The admin',
      'The editor',
      'The editor',
      'The editor',
      'The owner',
      'The viewer',
    ]);
    await share(maker, id, 'workspace', [friend]);
    expect((await readSharing(friend)).chosen.get(id)).toBeUndefined();
    expect(await listViews(friend)).toMatchObject([{ audience: 'workspace' }]);
  });

  it('L32 is refused with somebody who is no member, and then nothing changes', async () => {
    const { id, maker, friend } = await chosenView();
    const elsewhere = await bench.newWorkspace('Other');
    const gone = await bench.ctxAs(ctx, 'viewer');
    await bench.database.owner.query('update membership set deactivated_at = now() where user_id = $1', [
      idOf(gone),
    ]);
    for (const nobody of [elsewhere, gone]) {
      await expect(share(maker, id, 'chosen', [friend, nobody])).rejects.toThrow(Invalid);
    }
    expect((await readSharing(maker)).chosen.get(id)).toHaveLength(2);
    const input = { viewId: id, audience: 'chosen' as const };
    expect(ShareViewInput.safeParse({ ...input, userIds: ['one'] }).success).toBe(false);
    expect(ShareViewInput.safeParse({ ...input, audience: 'public' }).success).toBe(false);
    expect(ShareViewInput.safeParse({ ...input, role: 'viewer' }).success).toBe(false);
    expect(ShareViewInput.parse(input).userIds).toEqual([]);
  });

  it('L32 by two at once leaves what one of them said', async () => {
    const { id, maker, friend, viewer, stranger } = await chosenView();
    await Promise.all([
      share(maker, id, 'chosen', [friend, viewer]),
      share(ctx, id, 'chosen', [stranger, viewer]),
      share(maker, id, 'chosen', [friend, viewer]),
    ]);
    const chosen = [...((await readSharing(ctx)).chosen.get(id) ?? [])].sort();
    const said = [
      [friend, viewer],
      [stranger, viewer],
    ].map((people) => people.map(idOf).sort());
    expect(said).toContainEqual(chosen);
  });
});

describe('the audit trail', () => {
  it('L33 tells who saw a view before and after it was shared', async () => {
    const { id, maker, friend, viewer } = await chosenView();
    await share(ctx, id, 'workspace');
    const people = [idOf(friend), idOf(viewer)].sort();
    expect(await eventsOf(bench, id, 'view.shared')).toEqual([
      {
        actor_id: idOf(maker),
        before: { audience: 'workspace', people: [] },
        after: { audience: 'chosen', people },
      },
      {
        actor_id: idOf(ctx),
        before: { audience: 'chosen', people },
        after: { audience: 'workspace', people: [] },
      },
    ]);
  });

  it('L33 tells that a view was opened by somebody else than its maker, once each time', async () => {
    const { id, maker, friend } = await chosenView();
    await openView(maker, { viewId: id });
    await listViews(friend);
    expect(await eventsOf(bench, id, 'view.opened')).toEqual([]);
    expect(await openView(friend, { viewId: id })).toMatchObject({ id, query: 'by=region' });
    await openView(ctx, { viewId: id });
    await openView(friend, { viewId: id });
    const opened = await eventsOf(bench, id, 'view.opened');
    expect(opened.map((event) => event.actor_id)).toEqual([idOf(friend), idOf(ctx), idOf(friend)]);
  });

  it('L33 tells what a view was and what it became', async () => {
    const { id, maker, friend } = await chosenView();
    await updateView(friend, { viewId: id, name: 'Edited', query: 'by=account&account=a0123456789ab' });
    await deleteView(maker, { viewId: id });
    const first = { name: 'Ours', query: 'by=region' };
    const second = { name: 'Edited', query: 'by=account&account=a0123456789ab' };
    expect(await eventsOf(bench, id, 'view.created')).toEqual([
      { actor_id: idOf(maker), before: null, after: first },
    ]);
    expect(await eventsOf(bench, id, 'view.updated')).toEqual([
      { actor_id: idOf(friend), before: first, after: second },
    ]);
    expect(await eventsOf(bench, id, 'view.deleted')).toEqual([
      { actor_id: idOf(maker), before: second, after: null },
    ]);
  });
});
