import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { withSql, type Ctx } from '@/context';
import { cachedAnswer, forgetAnswers } from '@/features/costs/answer-cache';
import { createWorkbench, type Workbench } from '../../support/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const ask = (ctx: Ctx, read: () => Promise<string>, question = 'a question') =>
  withSql(ctx, 'read', (sql) => cachedAnswer(ctx, sql, question, read));

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
