import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { describeReport } from '@/features/audit/chain';
import { verifyChain } from '@/features/audit/verify-chain';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { asOwner, exportText, record, stored, tenEvents, verifyText } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
  await tenEvents(bench, ctx);
});

const at = (number: number) => `2027-03-18T09:${String(number).padStart(2, '0')}:00.000Z`;

/** Both ways to verify, the file first: it is taken from the database as it was tampered with. */
async function verifyBoth() {
  const file = await verifyText(await exportText(ctx));
  const button = await verifyChain(ctx);
  return { file: file.broken, button: button.broken, report: button };
}

const SHIFT = [
  `update audit_event set seq = -seq - 1 where workspace_id = $workspace and seq >= 5`,
  `update audit_event set seq = -seq where workspace_id = $workspace and seq < 0`,
  `update audit_head set seq = seq + 1 where workspace_id = $workspace`,
];

describe('a chain that nobody touched', () => {
  it('is unbroken by button and by file, and says its newest link', async () => {
    const { file, button, report } = await verifyBoth();
    expect([file, button]).toEqual([null, null]);
    const events = await stored(bench, ctx);
    // Ten, the export, and after the look the verification itself.
    expect(report).toMatchObject({ events: 11, newest: { seq: 11, hash: events[10]?.hash } });
    expect(describeReport(report)).toContain('11 events, unbroken.');
    expect(events.at(-1)).toMatchObject({
      ...{ seq: 12, action: 'audit.verified' },
      detail: { isUnbroken: true, events: 11, newest: 11, hash: events[10]?.hash },
    });
  });
});

describe('what the owner of the tables changes', () => {
  const fields: Record<string, string> = {
    at: `at = at - interval '1 millisecond'`,
    id: `id = gen_random_uuid()`,
    'actor kind': `actor_kind = 'system'`,
    actor: `actor_id = null`,
    action: `action = 'view.deleted'`,
    subject: `subject_id = null`,
    address: `address = '192.0.2.1'`,
    detail: `detail = detail || '{"number": 40}'`,
    before: `before = null`,
    after: `after = after || '{"extra": null}'`,
    hash: `hash = sha256(hash)`,
  };
  it.each(Object.entries(fields))('is found at its event: %s', async (_field, assignment) => {
    await asOwner(
      bench,
      ctx,
      `update audit_event set ${assignment} where workspace_id = $workspace and seq = 4`,
    );
    const { file, button, report } = await verifyBoth();
    expect(button).toMatchObject({ kind: 'changed', seq: 4 });
    expect(file).toMatchObject({ kind: 'changed', seq: 4 });
    expect(report.events).toBe(3);
    expect((await stored(bench, ctx)).at(-1)).toMatchObject({
      action: 'audit.verified',
      detail: { isUnbroken: false, kind: 'changed', seq: 4 },
    });
  });

  it('is found behind it where its own link was computed anew', async () => {
    await asOwner(
      ...([bench, ctx] as const),
      `update audit_event set action = 'view.deleted' where workspace_id = $workspace and seq = 4`,
      `update audit_event e set hash = audit_link(p.hash, e) from audit_event p
       where e.workspace_id = $workspace and e.seq = 4 and p.workspace_id = e.workspace_id and p.seq = 3`,
    );
    const { file, button } = await verifyBoth();
    expect(button).toMatchObject({ kind: 'changed', seq: 5, at: at(5) });
    expect(file).toMatchObject({ kind: 'changed', seq: 5, at: at(5) });
  });

  it('is found where two events were swapped', async () => {
    await asOwner(
      ...([bench, ctx] as const),
      'update audit_event set seq = -1 where workspace_id = $workspace and seq = 6',
      'update audit_event set seq = 6 where workspace_id = $workspace and seq = 7',
      'update audit_event set seq = 7 where workspace_id = $workspace and seq = -1',
    );
    const { file, button } = await verifyBoth();
    expect(button).toMatchObject({ kind: 'swapped', seq: 6, at: at(7) });
    expect(file).toMatchObject({ kind: 'swapped', seq: 6, at: at(7) });
  });
});

describe('what the owner of the tables takes away', () => {
  it('is found in the middle', async () => {
    await asOwner(bench, ctx, 'delete from audit_event where workspace_id = $workspace and seq in (4, 5)');
    const { file, button } = await verifyBoth();
    expect(button).toMatchObject({ kind: 'missing', seq: 4, count: 2 });
    expect(file).toMatchObject({ kind: 'missing', seq: 4, count: 2 });
  });

  it('is found in the middle where the rest was given new numbers', async () => {
    await asOwner(
      ...([bench, ctx] as const),
      'delete from audit_event where workspace_id = $workspace and seq = 5',
      'update audit_event set seq = -seq + 1 where workspace_id = $workspace and seq > 5',
      'update audit_event set seq = -seq where workspace_id = $workspace and seq < 0',
      'update audit_head set seq = 9 where workspace_id = $workspace',
    );
    const { file, button } = await verifyBoth();
    expect(button).toMatchObject({ kind: 'changed', seq: 5, at: at(6) });
    expect(file).toMatchObject({ kind: 'changed', seq: 5, at: at(6) });
  });

  it('is found at the beginning', async () => {
    await asOwner(bench, ctx, 'delete from audit_event where workspace_id = $workspace and seq <= 3');
    const { file, button } = await verifyBoth();
    expect(button).toMatchObject({ kind: 'missing', seq: 1, count: 3 });
    expect(file).toMatchObject({ kind: 'missing', seq: 1, count: 3 });
  });

  it('is found at the beginning where it was made to look like retention', async () => {
    await asOwner(
      ...([bench, ctx] as const),
      `update audit_head h set pruned_seq = 3, pruned_hash = e.hash from audit_event e
       where h.workspace_id = $workspace and e.workspace_id = h.workspace_id and e.seq = 3`,
      'delete from audit_event where workspace_id = $workspace and seq <= 3',
    );
    expect((await verifyChain(ctx)).broken).toMatchObject({ kind: 'beginning', seq: 4 });
  });

  it('is found at the end', async () => {
    await asOwner(bench, ctx, 'delete from audit_event where workspace_id = $workspace and seq >= 9');
    const button = await verifyChain(ctx);
    expect(button.broken).toMatchObject({ kind: 'cut', seq: 9, count: 2 });
    expect(button.newest).toMatchObject({ seq: 8, at: at(8) });
    expect((await verifyText(await exportText(ctx))).broken).toMatchObject({ kind: 'missing', seq: 9 });
    // What came since does not hide it.
    expect((await verifyChain(ctx)).broken).toMatchObject({ kind: 'missing', seq: 9, count: 2 });
  });

  it('is found where an event was moved to another workspace, and there too', async () => {
    const other = await bench.newWorkspace('Other');
    await record(other, 'workspace.created');
    await asOwner(
      ...([bench, ctx] as const),
      `update audit_event set workspace_id = '${other.workspaceId}', seq = 2 where workspace_id = $workspace and seq = 5`,
    );
    const { file, button } = await verifyBoth();
    expect(button).toMatchObject({ kind: 'missing', seq: 5, count: 1 });
    expect(file).toMatchObject({ kind: 'missing', seq: 5, count: 1 });
    expect((await verifyChain(other)).broken).toMatchObject({ kind: 'inserted', seq: 2, at: at(5) });
  });
});

const PUT_IN = `insert into audit_event
  select (jsonb_populate_record(e, jsonb_build_object('seq', 5, 'id', gen_random_uuid(), 'detail', '{"number": 99}'::jsonb))).*
  from audit_event e where e.workspace_id = $workspace and e.seq = 4`;

describe('what the owner of the tables puts in', () => {
  it('is found in the middle', async () => {
    await asOwner(bench, ctx, ...SHIFT, PUT_IN);
    const { file, button } = await verifyBoth();
    expect(button).toMatchObject({ kind: 'inserted', seq: 5, at: at(4) });
    expect(file).toMatchObject({ kind: 'inserted', seq: 5, at: at(4) });
  });

  it('is found in the middle, also with a link of its own that fits', async () => {
    await asOwner(
      ...([bench, ctx] as const),
      ...SHIFT,
      PUT_IN,
      `update audit_event e set hash = audit_link(p.hash, e) from audit_event p
       where e.workspace_id = $workspace and e.seq = 5 and p.workspace_id = e.workspace_id and p.seq = 4`,
    );
    const { file, button } = await verifyBoth();
    expect(button).toMatchObject({ kind: 'changed', seq: 6, at: at(5) });
    expect(file).toMatchObject({ kind: 'changed', seq: 6, at: at(5) });
  });

  it('is found behind the newest link, though the chain then takes no event', async () => {
    await asOwner(
      ...([bench, ctx] as const),
      `insert into audit_event
       select (jsonb_populate_record(e, jsonb_build_object('seq', 11, 'id', gen_random_uuid()))).*
       from audit_event e where e.workspace_id = $workspace and e.seq = 10`,
      `update audit_event e set hash = audit_link(p.hash, e) from audit_event p
       where e.workspace_id = $workspace and e.seq = 11 and p.workspace_id = e.workspace_id and p.seq = 10`,
    );
    expect((await verifyChain(ctx)).broken).toMatchObject({ kind: 'inserted', seq: 11, at: at(10) });
    expect(bench.logLines.join('')).toContain('takes no event');
    await expect(exportText(ctx)).rejects.toThrow();
  });

  it('is found before the beginning', async () => {
    await asOwner(
      ...([bench, ctx] as const),
      'update audit_event set seq = 0 where workspace_id = $workspace and seq = 4',
    );
    expect((await verifyChain(ctx)).broken).toMatchObject({ kind: 'inserted', seq: 0, at: at(4) });
  });
});

describe('the note of the newest link', () => {
  it.each([
    ['its hash', `hash = sha256(hash)`, { kind: 'head', seq: 10 }, { kind: 'changed', seq: 11 }],
    ['a higher number', `seq = seq + 5`, { kind: 'cut', seq: 11, count: 5 }, { kind: 'missing', seq: 11 }],
  ])('is found changed: %s', async (_what, assignment, byButton, byFile) => {
    await asOwner(bench, ctx, `update audit_head set ${assignment} where workspace_id = $workspace`);
    expect((await verifyChain({ ...ctx })).broken).toMatchObject(byButton);
    expect((await verifyText(await exportText(ctx))).broken).toMatchObject(byFile);
  });

  it('is found changed to a lower number', async () => {
    await asOwner(bench, ctx, `update audit_head set seq = 8 where workspace_id = $workspace`);
    expect((await verifyChain(ctx)).broken).toMatchObject({ kind: 'inserted', seq: 9, at: at(9) });
  });

  it('is found gone', async () => {
    await asOwner(bench, ctx, `delete from audit_head where workspace_id = $workspace`);
    expect((await verifyChain(ctx)).broken).toMatchObject({ kind: 'head', seq: 10 });
  });
});
