import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { isExportLoading } from '@/features/exports/is-loading';
import { connectWithExport, EXPORT, choose } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const MONTHS = 7;

/** An export of more months than are told of at once. */
function createLongExport(): void {
  bench.aws.world.createExport({
    ...{ name: 'long', format: 'focus-1.2', overwrite: true, grain: 'daily' },
    months: MONTHS,
  });
}

async function periodsOf(connectionId: string) {
  const { rows } = await bench.database.owner.query<{ loaded: number; settled: number }>(
    `select count(loaded_at)::integer as loaded, count(fingerprint)::integer as settled from billing_period where connection_id = $1`,
    [connectionId],
  );
  return rows[0];
}

/** Resources whose days are not those of their line items, by code of its own. */
async function wrongDays(connectionId: string): Promise<{ checked: number; wrong: number }> {
  const { rows } = await bench.database.owner.query<{ checked: number; wrong: number }>(
    `select count(*)::integer as checked,
       count(*) filter (where r.first_seen is distinct from i.first or r.last_seen is distinct from i.last or r.service_name = '')::integer as wrong
     from resource r join (
       select connection_id, resource_key, min(charge_date) as first, max(charge_date) as last from line_item group by 1, 2
     ) i using (connection_id, resource_key)
     where r.connection_id = $1`,
    [connectionId],
  );
  return rows[0] ?? { checked: 0, wrong: 0 };
}

async function costsOf(connectionId: string): Promise<string | undefined> {
  const { rows } = await bench.database.owner.query<{ text: string }>(
    `select concat_ws(' ', count(*), trim_scale(sum(billed_90)), trim_scale(sum(effective_month))) as text from resource_cost where connection_id = $1`,
    [connectionId],
  );
  return rows[0]?.text;
}

describe('an export of many months', () => {
  it('tells of its resources the days of all of them', async () => {
    createLongExport();
    const ctx = await bench.newWorkspace();
    const id = await connectWithExport(bench, ctx, 'long');
    expect(await periodsOf(id)).toEqual({ loaded: MONTHS, settled: MONTHS });
    const { checked, wrong } = await wrongDays(id);
    expect(checked).toBeGreaterThan(10);
    expect(wrong).toBe(0);
  });

  it('that broke off when its months were in is told of, and summed, by the next sync', async () => {
    createLongExport();
    const ctx = await bench.newWorkspace();
    const { id } = (await bench.connectAndSync(ctx, { billingExport: EXPORT })).connection;
    expect(await isExportLoading(ctx)).toBe(false);
    await choose(ctx, id, 'long');
    expect(await isExportLoading(ctx)).toBe(true);
    expect(await isExportLoading(await bench.newWorkspace())).toBe(false);
    const { owner } = bench.database;
    await owner.query(
      `create function refuse_costs() returns trigger language plpgsql as $$ begin
         if (select count(loaded_at) from billing_period where connection_id = new.connection_id) > 1 then raise exception 'the worker is gone'; end if;
         return new;
       end $$;
       create trigger refuse_costs before insert on resource_cost for each row execute function refuse_costs()`,
    );
    try {
      expect((await bench.sync(ctx, id)).status).toBe('paused');
    } finally {
      await owner.query('drop trigger refuse_costs on resource_cost; drop function refuse_costs()');
    }
    const broken = await periodsOf(id);
    expect(broken?.loaded).toBe(MONTHS);
    expect(broken?.settled).toBeLessThan(MONTHS);
    // Of the newest month, which is told of and summed before the others come.
    const ofNewest = await costsOf(id);
    expect(ofNewest).toMatch(/^[1-9]\d+ \d/);
    bench.clock.advance(60_000);
    await bench.sync(ctx, id);
    expect(await periodsOf(id)).toEqual({ loaded: MONTHS, settled: MONTHS });
    expect((await wrongDays(id)).wrong).toBe(0);
    const mended = await costsOf(id);
    expect(mended).toMatch(/^[1-9]\d+ \d/);
    expect(mended).not.toBe(ofNewest);
    expect(await isExportLoading(ctx)).toBe(false);
  });
});
