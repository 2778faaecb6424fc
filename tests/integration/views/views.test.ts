import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Forbidden, Invalid, NotFound } from '@/errors';
import { parseCostQuery } from '@/features/costs/schemas';
import { CreateViewInput, UpdateViewInput } from '@/features/views/schemas';
import { createView, deleteView, listViews, updateView } from '@/features/views/views';
import { createWorkbench, type Workbench } from '../../support/workbench';

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

const ADDRESS =
  'dates=last-90&by=region&cost=unblended&credits=off&tax=off&service=AWS+Lambda&account=a0123456789ab&region=';
const newView = (name = 'Lambda by region', query = ADDRESS) => createView(ctx, { name, query });

function parsed(query: string) {
  const result = parseCostQuery(new URLSearchParams(query), ctx.now());
  if (!result.ok) throw new Error(JSON.stringify(result.fields));
  return result.query;
}

describe('a saved view', () => {
  it('T55 opens exactly what was saved', async () => {
    const { id } = await newView();
    const [view] = await listViews(ctx);
    expect(view).toMatchObject({ id, name: 'Lambda by region' });
    expect(parsed(view?.query ?? 'by=nothing')).toEqual(parsed(ADDRESS));
  });

  it('T55 is kept in one form, however the address was written', async () => {
    await newView('One', 'by=service&tax=on&dates=mtd&utm_source=mail');
    await newView('Two', 'from=2027-02-01&to=2027-02-14&by=account');
    expect((await listViews(ctx)).map((view) => view.query)).toEqual([
      '',
      'from=2027-02-01&to=2027-02-14&by=account',
    ]);
  });

  it('T55 moves along with the days where it says month to date', async () => {
    await newView('Now', 'by=account');
    bench.clock.set('2027-05-09T10:00:00Z');
    const [view] = await listViews(ctx);
    expect(parsed(view?.query ?? 'by=nothing').range).toEqual({ start: '2027-05-01', end: '2027-05-09' });
  });

  it('T56 is renamed, changed and deleted', async () => {
    const { id } = await newView();
    await updateView(ctx, { viewId: id, name: 'Renamed' });
    expect(await listViews(ctx)).toMatchObject([{ name: 'Renamed', query: ADDRESS }]);
    await updateView(ctx, { viewId: id, query: 'by=account' });
    expect(await listViews(ctx)).toMatchObject([{ name: 'Renamed', query: 'by=account' }]);
    await deleteView(ctx, { viewId: id });
    expect(await listViews(ctx)).toEqual([]);
    await expect(deleteView(ctx, { viewId: id })).rejects.toThrow(NotFound);
  });

  it('T56 is not there for another workspace', async () => {
    const { id } = await newView();
    const stranger = await bench.newWorkspace('Other');
    expect(await listViews(stranger)).toEqual([]);
    await expect(updateView(stranger, { viewId: id, name: 'Mine' })).rejects.toThrow(NotFound);
    await expect(deleteView(stranger, { viewId: id })).rejects.toThrow(NotFound);
    expect(await listViews(ctx)).toMatchObject([{ name: 'Lambda by region' }]);
  });

  it('T56 is read by a viewer and changed by an editor', async () => {
    const { id } = await newView();
    const viewer = await bench.ctxAs(ctx, 'viewer');
    expect(await listViews(viewer)).toHaveLength(1);
    await expect(createView(viewer, { name: 'Mine', query: '' })).rejects.toThrow(Forbidden);
    await expect(updateView(viewer, { viewId: id, name: 'Mine' })).rejects.toThrow(Forbidden);
    await expect(deleteView(viewer, { viewId: id })).rejects.toThrow(Forbidden);
    const editor = await bench.ctxAs(ctx, 'editor');
    await updateView(editor, { viewId: id, name: 'Edited' });
    expect(await listViews(ctx)).toMatchObject([{ name: 'Edited' }]);
  });

  it('T56 that the overview would not understand is refused by its field', async () => {
    const refused = newView('Nonsense', 'by=colour&tax=perhaps');
    await expect(refused).rejects.toThrow(Invalid);
    await expect(refused).rejects.toMatchObject({
      fields: { by: expect.any(String), tax: expect.any(String) },
    });
    const { id } = await newView();
    await expect(updateView(ctx, { viewId: id, query: 'dates=someday' })).rejects.toThrow(Invalid);
    expect(await listViews(ctx)).toMatchObject([{ query: ADDRESS }]);
  });

  it('T56 holds no account number, which would outlive the erasure of its connection', async () => {
    const { id } = await newView();
    for (const account of ['447188201936', 'a0123456789ab&account=447188201936', 'Acme Group', '']) {
      const refused = newView('By number', `by=service&account=${account}`);
      await expect(refused, account).rejects.toMatchObject({
        code: 'invalid',
        fields: { [account.includes('&') ? 'account.1' : 'account.0']: expect.stringContaining('ref') },
      });
      const changed = updateView(ctx, { viewId: id, query: `account=${account}` });
      await expect(changed, account).rejects.toThrow(Invalid);
    }
    expect(await listViews(ctx)).toMatchObject([{ id, query: ADDRESS }]);
  });

  it('T56 has a name, and no more of an address than fits', () => {
    for (const input of [
      { name: ' ', query: '' },
      { name: 'n'.repeat(81), query: '' },
      { name: 'Long', query: 'q'.repeat(4_001) },
      { name: 'More', query: '', createdBy: 'someone' },
    ]) {
      expect(CreateViewInput.safeParse(input).success).toBe(false);
    }
    expect(UpdateViewInput.safeParse({ viewId: 'one', name: 'x' }).success).toBe(false);
  });

  it('T56 leaves a line in the audit trail for every change', async () => {
    const { id } = await newView();
    await updateView(ctx, { viewId: id, name: 'Renamed' });
    await deleteView(ctx, { viewId: id });
    const { rows } = await bench.database.owner.query<{ action: string }>(
      'select action from audit_event where subject_id = $1',
      [id],
    );
    expect(rows.map((row) => row.action).sort()).toEqual(['view.created', 'view.deleted', 'view.updated']);
  });
});
