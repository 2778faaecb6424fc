import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withSql, type Ctx } from '@/context';
import { Forbidden, StepUpNeeded } from '@/errors';
import { RetentionInput } from '@/features/audit/schemas';
import { pruneAudits, readRetention, setRetention } from '@/features/audit/retention';
import { verifyChain } from '@/features/audit/verify-chain';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { asOwner, exportText, record, stored, verifyText } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  // The database looks at its own clock, so here the application has the same.
  bench.clock.set(new Date().toISOString());
  ctx = await bench.newWorkspace();
});

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

/** Events as they were written on those days. */
async function eventsOfDays(of: Ctx, ...days: number[]): Promise<void> {
  for (const day of days)
    await record({ ...of, now: () => daysAgo(day) }, 'sync.requested', null, { detail: { day } });
}

const daysOf = async (of: Ctx) =>
  (await stored(bench, of))
    .filter((event) => event.action === 'sync.requested')
    .map((event) => event.detail['day']);

const setBySql = (days: number | null) =>
  withSql(ctx, 'write', (sql) =>
    sql.query('update workspace set audit_retention_days = $2 where id = $1', [ctx.workspaceId, days]),
  );

describe('the retention setting', () => {
  it('is for ever, until an owner says otherwise, and that is in the trail', async () => {
    expect(await readRetention(ctx)).toBeNull();
    await setRetention(ctx, { days: 365 });
    expect(await readRetention(ctx)).toBe(365);
    await setRetention(ctx, { days: 365 });
    await setRetention(ctx, { days: null });
    expect(await readRetention(ctx)).toBeNull();
    const { actor } = ctx;
    expect(await stored(bench, ctx)).toMatchObject([
      {
        ...{ action: 'workspace.settings-changed', actor_kind: 'user' },
        actor_id: actor.kind === 'user' ? actor.userId : '',
        ...{ before: { auditRetentionDays: null }, after: { auditRetentionDays: 365 } },
      },
      { before: { auditRetentionDays: 365 }, after: { auditRetentionDays: null } },
    ]);
  });

  it.each([29, 0, -1, 30.5, 3651, '90', undefined])('is not %s', (days) => {
    expect(RetentionInput.safeParse({ days }).success).toBe(false);
  });
  it.each([30, 3650, null])('may be %s', (days) => {
    expect(RetentionInput.safeParse({ days }).success).toBe(true);
  });

  it('is set by owners who have just proved who they are, and by nobody else', async () => {
    for (const role of ['admin', 'editor', 'viewer'] as const) {
      await expect(setRetention(await bench.ctxAs(ctx, role), { days: 90 })).rejects.toThrow(Forbidden);
    }
    const { actor } = ctx;
    if (actor.kind !== 'user' || !actor.session) throw new Error('A person was expected.');
    const stale = {
      ...actor,
      session: { ...actor.session, steppedUpAt: new Date(bench.clock.now().getTime() - 301_000) },
    };
    await expect(setRetention({ ...ctx, actor: stale }, { days: 90 })).rejects.toThrow(StepUpNeeded);
    const limited = { ...actor, accounts: ['447188201936'] };
    await expect(setRetention({ ...ctx, actor: limited }, { days: 90 })).rejects.toThrow(Forbidden);
    const token = {
      kind: 'token',
      tokenId: ctx.workspaceId,
      userId: null,
      role: 'owner',
      scopes: ['audit:read'],
    } as const;
    await expect(setRetention({ ...ctx, actor: token }, { days: 90 })).rejects.toThrow(Forbidden);
    expect(await readRetention(ctx)).toBeNull();
  });

  it('of another workspace stays as it is', async () => {
    const other = await bench.newWorkspace('Other');
    await setRetention(ctx, { days: 90 });
    expect(await readRetention(other)).toBeNull();
  });
});

describe('retention', () => {
  it('lets go of what is older, says so in the trail, and the chain still verifies', async () => {
    await eventsOfDays(ctx, 400, 101, 100, 91, 89, 5);
    await setRetention(ctx, { days: 90 });
    expect(await pruneAudits(bench.runtime)).toBe(4);
    expect(await daysOf(ctx)).toEqual([89, 5]);
    expect((await stored(bench, ctx)).at(-1)).toMatchObject({
      ...{ seq: 8, action: 'audit.pruned', actor_kind: 'system' },
      detail: { events: 4, from: 1, through: 4, days: 90 },
    });
    const report = await verifyChain(ctx);
    expect(report).toMatchObject({ broken: null, prunedSeq: 4, events: 4 });
    expect((await verifyText(await exportText(ctx))).broken).toBeNull();
  });

  it('does nothing a second time, and nothing where events are kept for ever', async () => {
    await eventsOfDays(ctx, 400, 100, 5);
    expect(await pruneAudits(bench.runtime)).toBe(0);
    await setRetention(ctx, { days: 90 });
    await pruneAudits(bench.runtime);
    const after = await stored(bench, ctx);
    expect(await pruneAudits(bench.runtime)).toBe(0);
    expect(await stored(bench, ctx)).toEqual(after);
  });

  it('goes on from where it let go last, and its own events go in their turn', async () => {
    await eventsOfDays(ctx, 200, 150, 5);
    await setRetention(ctx, { days: 180 });
    expect(await pruneAudits(bench.runtime)).toBe(1);
    await setRetention(ctx, { days: 100 });
    expect(await pruneAudits(bench.runtime)).toBe(1);
    expect(await daysOf(ctx)).toEqual([5]);
    expect(await verifyChain(ctx)).toMatchObject({ broken: null, prunedSeq: 2 });
  });

  it('keeps what stands behind an event that is to be kept, whatever its time', async () => {
    await eventsOfDays(ctx, 400, 20, 399);
    await setRetention(ctx, { days: 30 });
    await pruneAudits(bench.runtime);
    expect(await daysOf(ctx)).toEqual([20, 399]);
  });

  it('lets go of a long trail in more than one step', async () => {
    await withSql(ctx, 'write', (sql) =>
      sql.query(
        `select count(append_audit(now() - interval '200 days', gen_random_uuid(), 'system', null, 'sync.loaded', null, null, '{}', null, null)::text)
         from generate_series(1, 10500)`,
      ),
    );
    await setRetention(ctx, { days: 30 });
    expect(await pruneAudits(bench.runtime)).toBe(10_500);
    expect(await verifyChain(ctx)).toMatchObject({ broken: null, prunedSeq: 10_500, events: 3 });
  });

  it('of one workspace that cannot be shortened does not hold up the others', async () => {
    const other = await bench.newWorkspace('Other');
    await eventsOfDays(ctx, 100);
    await eventsOfDays(other, 100);
    for (const one of [ctx, other]) await setRetention(one, { days: 30 });
    await asOwner(bench, ctx, 'update audit_head set seq = 1 where workspace_id = $workspace');
    expect(await pruneAudits(bench.runtime)).toBe(1);
    expect(await daysOf(other)).toEqual([]);
    expect(bench.logLines.join('')).toContain('could not shorten an audit trail');
  });
});

describe('what the application’s role cannot do by retention', () => {
  const pruneBySql = (today: string) =>
    withSql(ctx, 'write', async (sql) => {
      const { rows } = await sql.query<{ gone: number }>('select prune_audit($1::timestamptz) as gone', [
        today,
      ]);
      return rows[0]?.gone;
    });

  it('let go of the last 30 days, by a day in the future', async () => {
    await eventsOfDays(ctx, 29, 5, 0);
    await setBySql(30);
    expect(await pruneBySql('2999-01-01')).toBe(0);
    expect(await pruneBySql('infinity')).toBe(0);
    expect(await daysOf(ctx)).toEqual([29, 5, 0]);
  });

  it.each([1, 0, -100])('let go of the last 30 days, by a setting of %s', async (days) => {
    await eventsOfDays(ctx, 40, 29, 5);
    await setBySql(days);
    expect(await pruneBySql('2999-01-01')).toBe(1);
    expect(await daysOf(ctx)).toEqual([29, 5]);
  });

  it('let go of anything without leaving word of it', async () => {
    await eventsOfDays(ctx, 40, 5);
    await setBySql(30);
    await expect(withSql(ctx, 'write', (sql) => sql.query('select prune_audit(null)'))).rejects.toThrow();
    expect(await pruneBySql(daysAgo(100).toISOString())).toBe(0);
    await pruneBySql('2999-01-01');
    const events = await stored(bench, ctx);
    expect(events.filter((event) => event.action === 'audit.pruned')).toHaveLength(1);
    expect((await verifyChain(ctx)).broken).toBeNull();
  });

  it('let go of another workspace’s', async () => {
    const other = await bench.newWorkspace('Other');
    await eventsOfDays(other, 400);
    await setRetention(other, { days: 30 });
    await setBySql(30);
    expect(await pruneBySql('2999-01-01')).toBe(0);
    expect(await daysOf(other)).toEqual([400]);
  });
});
