import { labelAccount } from '@/features/accounts/label-account';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { NotFound } from '@/errors';
import { HIDDEN_REF } from '@/features/views/hidden-accounts';
import { shareView } from '@/features/views/share-view';
import { createView, deleteView, listViews, openView, updateView } from '@/features/views/views';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { overviewOf } from '../costs/support';
import { accountRows, limitedTo } from '../limits/support';
import { idOf } from './support';

let bench: Workbench;
let ctx: Ctx;
let person: Ctx;
let ref: (account: string) => string;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  await bench.connectAndSync(ctx);
  const rows = await accountRows(bench, ctx);
  ref = (account) => rows.find((row) => row.id === account)?.ref ?? '';
  person = await limitedTo(bench, ctx, [PRODUCTION], 'editor');
});
afterAll(() => bench.close());
beforeEach(() => bench.database.owner.query('delete from saved_view'));

const asked = (...accounts: string[]) => accounts.map((account) => `account=${ref(account)}`).join('&');
const stored = async (id: string) => {
  const { rows } = await bench.database.owner.query<{ query: string }>(
    'select query from saved_view where id = $1',
    [id],
  );
  return rows[0]?.query;
};

describe('a view, for a person who may see some accounts only', () => {
  it('L40 that names none opens as it is, and shows what they may see', async () => {
    const { id } = await createView(ctx, { name: 'Plain', query: 'by=account&dates=last-30' });
    const { query } = await openView(person, { viewId: id });
    expect(query).toBe(await stored(id));
    expect((await overviewOf(person, query)).accounts).toHaveLength(1);
    expect((await overviewOf(ctx, query)).accounts).toHaveLength(3);
  });

  it('L40 that names theirs and others keeps theirs, and of the others no ref and no number', async () => {
    const { id } = await createView(ctx, {
      name: 'Mixed',
      query: `by=account&${asked(STAGING, PRODUCTION, MANAGEMENT)}&region=us-east-1`,
    });
    const [listed] = await listViews(person);
    const opened = await openView(person, { viewId: id });
    expect(opened.query).toBe(listed?.query);
    expect(new URLSearchParams(opened.query).getAll('account')).toEqual([HIDDEN_REF, ref(PRODUCTION)]);
    const own = await overviewOf(person, `by=account&${asked(PRODUCTION)}&region=us-east-1`);
    expect(await overviewOf(person, opened.query)).toEqual(own);
  });

  it('L40 that names groups keeps those of their accounts, and of others not even the name', async () => {
    await labelAccount(ctx, { ref: ref(PRODUCTION), label: '', group: 'Retail' });
    await labelAccount(ctx, { ref: ref(STAGING), label: '', group: 'Secret' });
    const query = 'by=account-group&account-group=Retail&account-group=Secret';
    const { id } = await createView(ctx, { name: 'Groups', query });
    const opened = await openView(person, { viewId: id });
    expect(new URLSearchParams(opened.query).getAll('account-group')).toEqual(['Retail', HIDDEN_REF]);
    const own = await overviewOf(person, opened.query);
    expect(own.lines.map((line) => line.label)).toEqual(['Retail']);
    expect(JSON.stringify(own)).not.toContain('Secret');
    await updateView(person, { viewId: id, query: `${opened.query}&tax=off` });
    expect(new URLSearchParams(await stored(id)).getAll('account-group')).toEqual(['Retail', 'Secret']);
    const other = await createView(ctx, { name: 'Secret', query: 'account-group=Secret' });
    await expect(openView(person, { viewId: other.id })).rejects.toThrow(NotFound);
  });

  it('L41 that is about others alone is not there, not even its name', async () => {
    const { id } = await createView(ctx, { name: 'acme-staging', query: asked(STAGING, MANAGEMENT) });
    await shareView(ctx, { viewId: id, audience: 'chosen', userIds: [idOf(person)] });
    expect(await listViews(person)).toEqual([]);
    await expect(openView(person, { viewId: id })).rejects.toThrow(NotFound);
    await expect(updateView(person, { viewId: id, name: 'x' })).rejects.toThrow(NotFound);
    await expect(deleteView(person, { viewId: id })).rejects.toThrow(NotFound);
    const admin = await limitedTo(bench, ctx, [PRODUCTION], 'admin');
    expect(await listViews(admin)).toEqual([]);
    expect(await listViews(ctx)).toHaveLength(1);
  });

  it('L41 that they made stays theirs when an account is taken from them, and shows nothing of it', async () => {
    const both = await limitedTo(bench, ctx, [PRODUCTION, STAGING], 'editor');
    const { id } = await createView(both, { name: 'Mine', query: asked(STAGING) });
    const less: Ctx = {
      ...both,
      actor: { kind: 'user', userId: idOf(both), role: 'editor', accounts: [PRODUCTION] },
    };
    const [view] = await listViews(less);
    expect(view).toMatchObject({ id, name: 'Mine', query: `account=${HIDDEN_REF}` });
    expect((await overviewOf(less, view?.query ?? '')).lines).toEqual([]);
  });

  it('L42 that they change keeps what they cannot see of it', async () => {
    const { id } = await createView(ctx, { name: 'Mixed', query: asked(STAGING, PRODUCTION) });
    const { query } = await openView(person, { viewId: id });
    await updateView(person, { viewId: id, query: `${query}&tax=off` });
    expect(new URLSearchParams(await stored(id)).getAll('account')).toEqual([ref(STAGING), ref(PRODUCTION)]);
    expect(await stored(id)).toContain('tax=off');
    await updateView(person, { viewId: id, name: 'Renamed' });
    expect(new URLSearchParams(await stored(id)).getAll('account')).toHaveLength(2);
    await updateView(person, { viewId: id, query: asked(PRODUCTION) });
    expect(await stored(id)).toBe(asked(PRODUCTION));
  });
});
