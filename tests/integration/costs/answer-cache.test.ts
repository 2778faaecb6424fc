import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { withTransaction, type Ctx } from '@/context';
import { askInWorkspace } from '@/db/client';
import { cachedAnswer, forgetAnswers } from '@/features/costs/answer-cache';
import { createWorkbench, type Workbench } from '../../support/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const ask = (ctx: Ctx, read: () => Promise<string>, question = 'a question') =>
  cachedAnswer(ctx, question, read);

/** Answers when it is told to. */
function held() {
  let release: (answer: string) => void = () => undefined;
  let refuse: (error: Error) => void = () => undefined;
  const answer = new Promise<string>((resolve, reject) => ([release, refuse] = [resolve, reject]));
  return { read: vi.fn(() => answer), release, refuse };
}

it('reads once for all who ask the same at once, and once for each workspace', async () => {
  const [ctx, other] = [await bench.newWorkspace(), await bench.newWorkspace()];
  const one = held();
  const asked = Array.from({ length: 3 }, () => ask(ctx, one.read));
  const elsewhere = held();
  const ofOther = ask(other, elsewhere.read);
  await vi.waitFor(() => expect(elsewhere.read).toHaveBeenCalled());
  await vi.waitFor(() => expect(one.read).toHaveBeenCalled());
  elsewhere.release('other');
  one.release('mine');
  expect(await Promise.all(asked)).toEqual(Array(3).fill('mine'));
  expect(await ofOther).toBe('other');
  expect(one.read).toHaveBeenCalledTimes(1);
  expect(await ask(ctx, one.read)).toBe('mine');
  expect(one.read).toHaveBeenCalledTimes(1);
});

it('lets each read for itself where the one who read for all failed', async () => {
  const ctx = await bench.newWorkspace();
  const first = held();
  const failing = ask(ctx, first.read);
  await vi.waitFor(() => expect(first.read).toHaveBeenCalled());
  const second = vi.fn(async () => 'mine');
  const waiting = ask(ctx, second);
  first.refuse(new Error('no'));
  await expect(failing).rejects.toThrow('no');
  expect(await waiting).toBe('mine');
  expect(second).toHaveBeenCalledTimes(1);
});

it('keeps nothing of what was being read while it was to be forgotten', async () => {
  const ctx = await bench.newWorkspace();
  const before = held();
  const asked = ask(ctx, before.read);
  await vi.waitFor(() => expect(before.read).toHaveBeenCalled());
  forgetAnswers(ctx.workspaceId);
  before.release('old');
  expect(await asked).toBe('old');
  const after = vi.fn(async () => 'new');
  expect(await ask(ctx, after)).toBe('new');
  expect(after).toHaveBeenCalledTimes(1);
});

it('asks the database in one round trip whether what is kept still holds, and reads anew once it does not', async () => {
  const ctx = await bench.newWorkspace();
  const { pool } = ctx.db;
  const read = vi.fn(async () => ({ at: read.mock.calls.length }));
  const question = () => cachedAnswer(ctx, 'how often', read);
  expect(await question()).toEqual({ at: 1 });
  const asked = vi.spyOn(pool, 'connect');
  expect(await question()).toEqual({ at: 1 });
  expect(asked).toHaveBeenCalledTimes(1);
  await withTransaction(ctx, (tx) =>
    tx.tagRule.create({
      data: {
        ...{ workspaceId: ctx.workspaceId, id: randomUUID(), createdAt: ctx.now(), updatedAt: ctx.now() },
        ...{ name: 'Team', keys: ['team'], ignoresCase: false, synonyms: [] },
      },
    }),
  );
  expect(await question()).toEqual({ at: 2 });
  expect(await question()).toEqual({ at: 2 });
  asked.mockRestore();
});

it('tells what one statement finds in one workspace, to somebody limited to accounts as well, and leaves no connection broken', async () => {
  const [ctx, other] = [await bench.newWorkspace(), await bench.newWorkspace()];
  const statement = {
    name: 'seen',
    text: `select $1::text as workspace, current_setting('app.workspace_id') as seen, coalesce(current_setting('app.accounts', true), '') as accounts`,
  };
  for (const { workspaceId } of [ctx, other, ctx]) {
    expect(await askInWorkspace(ctx.db, workspaceId, statement)).toEqual([
      { workspace: workspaceId, seen: workspaceId, accounts: '' },
    ]);
  }
  const limited = { workspaceId: ctx.workspaceId, accounts: ['111122223333'] };
  expect(await askInWorkspace(ctx.db, limited, statement)).toMatchObject([{ accounts: '111122223333' }]);
  const broken = { name: 'broken', text: 'select 1 / (length($1::text) - 36) as never' };
  for (const _ of [1, 2]) {
    await expect(askInWorkspace(ctx.db, ctx.workspaceId, broken)).rejects.toThrow('division by zero');
  }
  await expect(askInWorkspace(ctx.db, "'; drop table x", statement)).rejects.toThrow('must be a UUID');
  expect(await askInWorkspace(ctx.db, ctx.workspaceId, statement)).toMatchObject([{ accounts: '' }]);
});

it('is one for the whole process, whichever bundle asks: what one has prepared or kept the others know', async () => {
  const ctx = await bench.newWorkspace();
  const read = vi.fn(async () => 'mine');
  expect(await cachedAnswer(ctx, 'whichever', read)).toBe('mine');
  expect(await cachedAnswer(ctx, 'whichever', read)).toBe('mine');
  vi.resetModules();
  const other = await import('@/features/costs/answer-cache');
  expect(other.cachedAnswer).not.toBe(cachedAnswer);
  for (const _ of [1, 2, 3]) expect(await other.cachedAnswer(ctx, 'whichever', read)).toBe('mine');
  expect(read).toHaveBeenCalledTimes(1);
  other.forgetAnswers(ctx.workspaceId);
  expect(await cachedAnswer(ctx, 'whichever', read)).toBe('mine');
  expect(read).toHaveBeenCalledTimes(2);
});
