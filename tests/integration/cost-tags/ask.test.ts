import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Forbidden, NotFound, PreconditionFailed } from '@/errors';
import { askCostTags, AskCostTagsInput, leaveCostTags } from '@/features/cost-tags/ask-cost-tags';
import { readCostTags } from '@/features/cost-tags/read-cost-tags';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { listTagValues } from '@/features/tags/list-tag-values';
import { listTags } from '@/features/tags/list-tags';
import { createWorkbench, MANAGEMENT, STANDALONE, type Workbench } from '../../support/workbench';
import { choose, EXPORT } from '../exports/support';

const WEEK = 7 * 24 * 3_600_000;
const ASKED = ['GetTags', 'GetCostCategories'];
const UNITS = 'cost-category:Business unit';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
beforeEach(async () => {
  ctx = await bench.newWorkspace();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

/** Questions to Cost Explorer about tags that were answered. */
const questions = () =>
  bench.aws.log
    .entries(0)
    .filter((one) => ASKED.includes(one.action) && one.status === 200)
    .map((one) => one.action);

async function ask(id: string, requests?: number): Promise<void> {
  await askCostTags(ctx, { connectionId: id, requests: requests ?? (await readCostTags(ctx, id)).requests });
  await bench.sync(ctx, id);
}

const keyOf = async (key: string, as = ctx) => (await listTags(as)).keys.find((line) => line.key === key);

const rowsOf = async (id: string) => {
  const { rows } = await bench.database.owner.query<{ key: string; tag_values: number | null }>(
    'select tag_key as key, tag_values from cost_tag where connection_id = $1 order by 1',
    [id],
  );
  return Object.fromEntries(rows.map((row) => [row.key, row.tag_values]));
};

describe('tags of Cost Explorer', () => {
  it('are not asked for before somebody has agreed to their price, and then once a week', async () => {
    const { id } = (await bench.connectAndSync(ctx)).connection;
    const before = await readCostTags(ctx, id);
    expect(before).toMatchObject({ since: null, accounts: 3, isGuess: true, agreed: 0, listedAt: null });
    expect(questions()).toEqual([]);
    expect(await keyOf(UNITS)).toBeUndefined();
    await ask(id);
    expect(questions().sort()).toEqual([
      ...['GetCostCategories', 'GetCostCategories', 'GetTags', 'GetTags', 'GetTags'],
    ]);
    expect(await readCostTags(ctx, id)).toMatchObject({
      ...{ requests: 5, isGuess: false, agreed: before.requests, keys: 3, keysWithValues: 3, failure: null },
      listedAt: bench.clock.now().toISOString(),
    });
    bench.clock.advance(3 * 24 * 3_600_000);
    await bench.sync(ctx, id);
    expect(questions()).toHaveLength(5);
    bench.clock.advance(WEEK);
    await bench.sync(ctx, id);
    expect(questions()).toHaveLength(10);
  });

  it('are listed with their values beside those of bills and resources', async () => {
    const { id } = (await bench.connectAndSync(ctx)).connection;
    await ask(id);
    const team = await keyOf('team');
    expect(team?.values).toBe(0);
    expect(team?.costExplorer).toBeGreaterThan(3);
    expect(await keyOf(UNITS)).toMatchObject({ values: 0, resources: 0, costExplorer: 1, isReported: false });
    const { lines, total } = await listTagValues(ctx, { key: 'team' });
    expect(lines.find((line) => line.value === 'checkout')).toMatchObject({
      ...{ isInBill: false, isInCostExplorer: true },
    });
    expect(total).toBe(lines.length);
    expect(lines.some((line) => line.value === '')).toBe(false);
    expect(await listTagValues(ctx, { key: UNITS })).toEqual({
      lines: [{ value: 'Core', isInBill: false, resources: 0, isInCostExplorer: true }],
      total: 1,
    });
    expect(await listTagValues(ctx, { key: 'nobody' })).toEqual({ lines: [], total: 0 });
  });

  it('never cost more requests than were agreed to, and say so', async () => {
    const { id } = (await bench.connectAndSync(ctx)).connection;
    // What was agreed to for ten keys may be for one by now, as it is here.
    await ask(id);
    await bench.database.owner.query(
      `with forgotten as (delete from cost_tag where connection_id = $1)
       update cost_tag_listing set requests = 3, listed_at = null, spent = 0, spent_since = null where connection_id = $1`,
      [id],
    );
    const before = questions().length;
    await bench.sync(ctx, id);
    expect(questions()).toHaveLength(before + 3);
    expect(await readCostTags(ctx, id)).toMatchObject({
      ...{ agreed: 3, requests: 5, keys: 3, keysWithValues: 1 },
    });
    bench.clock.advance(24 * 3_600_000);
    await bench.sync(ctx, id);
    expect(questions()).toHaveLength(before + 3);
    // Of who agrees to more, the keys that are known are not paid for again.
    await expect(askCostTags(ctx, { connectionId: id, requests: 4 })).rejects.toThrow(
      /about 5 requests a week \(\$0.05\)/,
    );
    await ask(id, 5);
    expect(questions()).toHaveLength(before + 5);
    expect(await readCostTags(ctx, id)).toMatchObject({ agreed: 5, keysWithValues: 3 });
  });

  it('are asked as far as the role may: without cost categories, keys of tags are known all the same', async () => {
    const { id } = (await bench.connectAndSync(ctx)).connection;
    bench.aws.faults.add({ kind: 'denied', service: 'ce', action: 'GetCostCategories', times: 99 });
    await ask(id);
    expect(await readCostTags(ctx, id)).toMatchObject({ keys: 2, keysWithValues: 2, requests: 4 });
    expect((await readCostTags(ctx, id)).failure?.message).toBe(
      'The role does not grant ce:GetCostCategories.',
    );
    bench.aws.faults.clear();
    bench.clock.advance(WEEK);
    await bench.sync(ctx, id);
    expect(await readCostTags(ctx, id)).toMatchObject({ keys: 3, keysWithValues: 3, failure: null });
  });

  it('spend nothing on what AWS refuses', async () => {
    const { id } = (await bench.connectAndSync(ctx, { account: STANDALONE })).connection;
    await ask(id);
    const spent = async () => {
      const { rows } = await bench.database.owner.query<{ spent: number }>(
        'select spent from cost_tag_listing where connection_id = $1',
        [id],
      );
      return rows[0]?.spent;
    };
    expect(await spent()).toBe(4);
    bench.clock.advance(WEEK);
    bench.aws.faults.add({ kind: 'denied', service: 'ce', action: 'GetTags', times: 1 });
    await bench.sync(ctx, id);
    expect(await spent()).toBe(0);
    bench.clock.advance(3_600_000);
    await bench.sync(ctx, id);
    expect(await spent()).toBe(4);
  });

  it('go on the next day where the daily limit stops them', async () => {
    const { id } = (await bench.connectAndSync(ctx)).connection;
    // Of runs that began at the same moment, none is the last.
    bench.clock.advance(3_600_000);
    await bench.sync(ctx, id);
    const spent = async () => {
      const { rows } = await bench.database.owner.query<{ requests: number }>(
        'select requests from sync_run where connection_id = $1 order by created_at desc limit 1',
        [id],
      );
      return rows[0]?.requests ?? 0;
    };
    const usual = await spent();
    bench.clock.advance(24 * 3_600_000);
    await bench.database.owner.query(
      'update connection set daily_cap_usd = 0.01 * $2::integer where id = $1',
      [id, usual + 3],
    );
    await ask(id);
    // Two for the keys, one for the values of the first.
    expect((await readCostTags(ctx, id)).failure).toMatchObject({ kind: 'daily-cap' });
    expect((await bench.syncRuns(ctx, id)).at(-1)?.status).toBe('done');
    const first = await rowsOf(id);
    expect(Object.values(first).filter((count) => count !== null)).toHaveLength(1);
    bench.clock.advance(24 * 3_600_000);
    await bench.sync(ctx, id);
    expect(Object.values(await rowsOf(id))).not.toContain(null);
    expect((await readCostTags(ctx, id)).failure).toBeNull();
    expect(questions()).toHaveLength(5);
  });

  it('forget a key that is gone, and keep what they know of the others where the role loses the right to ask', async () => {
    const { id } = (await bench.connectAndSync(ctx)).connection;
    await ask(id);
    await bench.database.owner.query(
      `insert into cost_tag select workspace_id, connection_id, 'old', 1, '{a}', now() from cost_tag_listing where connection_id = $1`,
      [id],
    );
    bench.clock.advance(WEEK);
    await bench.sync(ctx, id);
    expect(Object.keys(await rowsOf(id))).toEqual([UNITS, 'environment', 'team']);
    bench.clock.advance(WEEK);
    bench.aws.faults.add({ kind: 'denied', service: 'ce', action: 'GetTags', times: 1 });
    const run = await bench.sync(ctx, id);
    expect(run.status).toBe('done');
    expect((await readCostTags(ctx, id)).failure).toMatchObject({ kind: 'permission-missing' });
    expect(Object.values(await rowsOf(id))).not.toContain(null);
  });

  it('are not asked where billing exports tell the tags, and what was told before is gone', async () => {
    const { id } = (await bench.connectAndSync(ctx, { billingExport: EXPORT })).connection;
    await ask(id);
    await choose(ctx, id);
    await bench.sync(ctx, id);
    expect(await rowsOf(id)).toEqual({});
    expect(await readCostTags(ctx, id)).toMatchObject({ accounts: 0, keys: 0, listedAt: null });
    const asked = questions().length;
    bench.clock.advance(WEEK);
    await bench.sync(ctx, id);
    expect(questions()).toHaveLength(asked);
    expect(await keyOf('team')).toMatchObject({ costExplorer: null, isReported: true });
    const { lines } = await listTagValues(ctx, { key: 'team' });
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.every((line) => line.isInBill)).toBe(true);
  });
});

describe('giving them up', () => {
  it('and asking anew while they are asked is not answered by what was asked before', async () => {
    const { id } = (await bench.connectAndSync(ctx)).connection;
    await askCostTags(ctx, { connectionId: id, requests: 12 });
    // Between the keys and their values somebody gives up and agrees anew.
    const { owner } = bench.database;
    await owner.query(
      `create function ask_anew() returns trigger language plpgsql as $$ begin
         update cost_tag_listing set since = since + interval '1 second' where connection_id = new.connection_id;
         return new;
       end $$;
       create trigger ask_anew after insert on cost_tag for each row execute function ask_anew()`,
    );
    try {
      expect((await bench.sync(ctx, id)).status).toBe('done');
    } finally {
      await owner.query('drop trigger ask_anew on cost_tag; drop function ask_anew()');
    }
    expect(Object.values(await rowsOf(id)).filter((count) => count !== null)).toEqual([]);
    expect(questions()).toEqual(['GetTags']);
    bench.clock.advance(60_000);
    await bench.sync(ctx, id);
    expect(Object.values(await rowsOf(id))).not.toContain(null);
  });

  it('erases what was told at once, and asks no more', async () => {
    const { id } = (await bench.connectAndSync(ctx, { account: STANDALONE })).connection;
    await ask(id);
    const asked = questions().length;
    await leaveCostTags(ctx, { connectionId: id });
    expect(await rowsOf(id)).toEqual({});
    expect(await readCostTags(ctx, id)).toMatchObject({ since: null, agreed: 0, keys: 0 });
    bench.clock.advance(WEEK);
    await bench.sync(ctx, id);
    expect(questions()).toHaveLength(asked);
    await expect(leaveCostTags(ctx, { connectionId: id })).rejects.toThrow(PreconditionFailed);
  });

  it('goes with the connection, and the receipt says so', async () => {
    const { id, name } = (await bench.connectAndSync(ctx)).connection;
    await ask(id);
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    const { rows } = await bench.database.owner.query<{ body: string }>(
      'select body::text as body from erasure_receipt where connection_id = $1',
      [id],
    );
    expect(JSON.parse(rows[0]?.body ?? '')).toMatchObject({
      rows: expect.arrayContaining([
        expect.objectContaining({ table: 'cost_tag', before: 3, after: 0 }),
        expect.objectContaining({ table: 'cost_tag_listing', before: 1, after: 0 }),
      ]),
    });
    expect(await rowsOf(id)).toEqual({});
    expect(
      (await bench.database.owner.query('select from cost_tag_listing where connection_id = $1', [id]))
        .rowCount,
    ).toBe(0);
  });
});

describe('asking', () => {
  it('refuses what is no number of requests, and a connection without cost', async () => {
    const { id } = await bench.connect(ctx, { account: STANDALONE });
    for (const requests of [0, 1, 2.5, 10_001, Number.NaN]) {
      expect(AskCostTagsInput.safeParse({ connectionId: id, requests }).success).toBe(false);
    }
    await expect(askCostTags(ctx, { connectionId: id, requests: 9 })).rejects.toThrow(PreconditionFailed);
  });

  it('is for those who may change connections', async () => {
    const { id } = (await bench.connectAndSync(ctx, { account: MANAGEMENT })).connection;
    const viewer = await bench.ctxAs(ctx, 'viewer');
    await expect(askCostTags(viewer, { connectionId: id, requests: 9 })).rejects.toThrow(Forbidden);
    await expect(leaveCostTags(viewer, { connectionId: id })).rejects.toThrow(Forbidden);
    await expect(listTagValues(viewer, { key: 'team' })).rejects.toThrow(Forbidden);
    const other = await bench.newWorkspace();
    await expect(askCostTags(other, { connectionId: id, requests: 9 })).rejects.toThrow(NotFound);
    await expect(leaveCostTags(other, { connectionId: id })).rejects.toThrow(NotFound);
    await expect(readCostTags(other, id)).rejects.toThrow(NotFound);
    await ask(id);
    expect(await listTagValues(other, { key: 'team' })).toEqual({ lines: [], total: 0 });
  });
});
