import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction, type Ctx } from '@/context';
import { Forbidden, Invalid, StepUpNeeded } from '@/errors';
import { readSession } from '@/features/auth/sessions';
import { signUp } from '@/features/auth/sign-up';
import type { ReceiptBody, SignedReceipt } from '@/features/erasure/receipt';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { createView } from '@/features/views/views';
import { deleteWorkspace } from '@/features/workspaces/delete-workspace';
import { tablesThatHold } from '../../support/database-text';
import {
  actorOf,
  createWorkbench,
  PRODUCTION,
  STAGING,
  STANDALONE,
  type Workbench,
} from '../../support/workbench';
import { DEVICE, openSession } from '../../support/open-session';
import { countsWhere, isGenuine, readMonth, rowsWhere } from './support';

const PASSWORD = 'a long enough password';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());

/** Someone who signs up, and so owns a workspace. */
async function newOwner(name: string, workspace: string): Promise<Ctx & { userId: string }> {
  const email = `${name.toLowerCase()}@example.org`;
  const input = { name, workspace, email, password: PASSWORD };
  const { userId, workspaceId } = await signUp(bench.runtime, input, DEVICE);
  return { ...bench.runtime, workspaceId, userId, actor: actorOf(userId, 'owner') };
}

const join = (ctx: Ctx, userId: string) =>
  withTransaction(ctx, (tx) =>
    tx.membership.create({ data: { workspaceId: ctx.workspaceId, userId, role: 'editor' } }),
  );

/** Two workspaces: Ada's own, with all that a workspace can have, and Grace's, to which Ada's colleague Bob belongs too. */
async function twoWorkspaces() {
  const ada = await newOwner('Ada', 'Lovelace Analytics');
  const grace = await newOwner('Grace', 'Hopper Systems');
  const bob = await newOwner('Bob', 'Babbage Works');
  await join(ada, bob.userId);
  await createView(ada, { name: 'Her own view', query: 'by=region' });
  await createView(grace, { name: 'Another view', query: 'by=account' });
  const erased = await bench.connect(ada, { account: PRODUCTION });
  await revokeConnection(ada, { connectionId: erased.id, confirmation: erased.name });
  const mine = await bench.connectAndSync(ada, { account: STAGING });
  const theirs = await bench.connectAndSync(grace, { account: STANDALONE });
  const tokens = {
    ada: await openSession(bench.runtime, ada.userId),
    bob: await openSession(bench.runtime, bob.userId),
    grace: await openSession(bench.runtime, grace.userId),
  };
  await bench.database.owner.query('update auth_session set workspace_id = $1 where user_id = $2', [
    ada.workspaceId,
    bob.userId,
  ]);
  return { ada, grace, bob, erased, mine: mine.connection, theirs: theirs.connection, tokens };
}

const rightInput = { confirmation: 'Lovelace Analytics' };

describe('deleting a workspace', () => {
  beforeEach(() => bench.reset());

  it('T39 is refused with another name and to anyone but an owner', async () => {
    const ada = await newOwner('Ada', 'Lovelace Analytics');
    const before = await rowsWhere(bench, 'workspace_id', ada.workspaceId);
    await expect(deleteWorkspace(ada, { ...rightInput, confirmation: 'lovelace analytics' })).rejects.toThrow(
      Invalid,
    );
    for (const role of ['admin', 'editor', 'viewer'] as const) {
      const member = { ...ada, actor: actorOf(ada.userId, role) };
      await expect(deleteWorkspace(member, rightInput)).rejects.toThrow(Forbidden);
    }
    await expect(deleteWorkspace(bench.asWorker(ada), rightInput)).rejects.toThrow(Forbidden);
    expect(await rowsWhere(bench, 'workspace_id', ada.workspaceId)).toEqual(before);
  });

  it('T39 is refused to an owner who proved who they are too long ago', async () => {
    const ada = await newOwner('Ada', 'Lovelace Analytics');
    const session = {
      id: randomUUID(),
      method: 'password' as const,
      steppedUpAt: new Date(bench.clock.now().getTime() - 301_000),
    };
    const stale = { ...ada, actor: { kind: 'user' as const, userId: ada.userId, role: 'owner', session } };
    await expect(deleteWorkspace(stale, rightInput)).rejects.toThrow(StepUpNeeded);
    expect(await rowsWhere(bench, 'workspace_id', ada.workspaceId)).not.toEqual([]);
  });
});

describe('a workspace that was deleted', () => {
  let made: Awaited<ReturnType<typeof twoWorkspaces>>;
  let receipt: SignedReceipt;
  let before: { others: Map<string, string[]>[]; charges: number; missing: string[] };

  const textsOf = ({ ada, erased, mine }: typeof made) => [
    ...[ada.workspaceId, 'Lovelace Analytics', 'Her own view', 'ada@example.org', ada.userId, ',Ada,'],
    ...[erased.id, mine.id, mine.externalId, STAGING, `arn:aws:iam::${STAGING}`],
  ];
  const others = () =>
    Promise.all(
      [made.grace, made.bob].map(({ workspaceId }) => rowsWhere(bench, 'workspace_id', workspaceId)),
    );

  beforeAll(async () => {
    await bench.reset();
    made = await twoWorkspaces();
    const { rows } = await bench.database.owner.query<{ n: number }>(
      'select count(*)::int as n from charge where workspace_id = $1',
      [made.ada.workspaceId],
    );
    const missing: string[] = [];
    for (const text of textsOf(made)) {
      if ((await tablesThatHold(bench.database.owner, [text])).length === 0) missing.push(text);
    }
    before = { others: await others(), charges: rows[0]?.n ?? 0, missing };
    receipt = await deleteWorkspace(made.ada, rightInput);
  });

  it('T39 leaves no row, and of its people, its connections and their accounts no trace', async () => {
    // The search does find what it looks for.
    expect(before.missing).toEqual([]);
    expect(await tablesThatHold(bench.database.owner, textsOf(made))).toEqual([]);
    expect(await countsWhere(bench, 'workspace_id', made.ada.workspaceId)).toEqual({});
    expect(await readMonth(made.ada)).toBeNull();
  });

  it('T39 leaves the other workspaces untouched, row for row', async () => {
    expect(before.others[0]?.get('charge')?.length).toBeGreaterThan(1_000);
    expect(await others()).toEqual(before.others);
  });

  it('T39 keeps the people who belong elsewhere too; the others go with their sessions', async () => {
    const { bob, grace, tokens } = made;
    expect(await readSession(bench.runtime, tokens.ada)).toBeNull();
    expect(await readSession(bench.runtime, tokens.bob)).toMatchObject({
      userId: bob.userId,
      workspace: { id: bob.workspaceId },
      workspaces: [{ name: 'Babbage Works' }],
    });
    expect(await readSession(bench.runtime, tokens.grace)).toMatchObject({ userId: grace.userId });
    const { rows } = await bench.database.owner.query('select name from app_user order by name');
    expect(rows).toEqual([{ name: 'Bob' }, { name: 'Grace' }]);
  });

  it('T39 leaves one tombstone of counts, and hands out a receipt that is genuine', async () => {
    expect(isGenuine(bench, receipt)).toBe(true);
    expect(isGenuine(bench, receipt, receipt.body.replace('"after":0', '"after":1'))).toBe(false);
    const content = JSON.parse(receipt.body) as ReceiptBody;
    expect(content.subject).toEqual({ workspace: made.ada.workspaceId });
    expect(Object.fromEntries(content.rows.map((row) => [row.table, row.before]))).toMatchObject({
      charge: before.charges,
      workspace: 1,
      membership: 2,
      saved_view: 1,
      app_user: 1,
      erasure_receipt: 2,
    });
    expect(content.rows.filter((row) => row.after !== 0)).toEqual([]);
    const { rows } = await bench.database.owner.query('select counts from tombstone');
    expect(rows).toEqual([{ counts: { connections: 1, people: 1 } }]);
  });

  it('T39 lets the account be connected by someone else then', async () => {
    await bench.customer.deleteStack(STAGING);
    expect(await bench.connect(made.grace, { account: STAGING })).toMatchObject({ status: 'active' });
  });
});
