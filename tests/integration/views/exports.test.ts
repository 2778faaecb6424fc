import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Forbidden, Invalid } from '@/errors';
import { exportOverview } from '@/features/costs/export-overview';
import { csvParts, overviewCsv } from '@/features/costs/overview-csv';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { overviewOf, queryOf } from '../costs/support';
import { idOf } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  await bench.connectAndSync(ctx);
});
afterAll(() => bench.close());

const exports = async () => {
  const { rows } = await bench.database.owner.query<{ actor_id: string; detail: object }>(
    `select actor_id, detail from audit_event where action = 'export.downloaded' order by seq`,
  );
  return rows;
};

describe('a CSV of the overview', () => {
  it('L50 is in the audit trail, with its part and its canonical query, before anybody has it', async () => {
    const viewer = await bench.ctxAs(ctx, 'viewer');
    const address = 'tax=on&by=region&dates=last-30&service=AWS+Lambda';
    for (const part of csvParts) {
      const { rows } = await exportOverview(viewer, queryOf(ctx, address), part);
      expect(rows).toEqual(overviewCsv(await overviewOf(ctx, address), part));
    }
    expect(await exports()).toEqual(
      csvParts.map((part) => ({
        actor_id: idOf(viewer),
        detail: { part, query: 'dates=last-30&by=region&service=AWS+Lambda' },
      })),
    );
  });

  it('L50 is not handed out where the audit trail cannot take it down', async () => {
    const before = await exports();
    await bench.database.owner.query(
      'alter function append_audit(timestamptz, uuid, text, uuid, text, text, text, jsonb, jsonb, jsonb) rename to gone',
    );
    try {
      await expect(exportOverview(ctx, queryOf(ctx, ''), 'daily')).rejects.toThrow();
    } finally {
      await bench.database.owner.query(
        'alter function gone(timestamptz, uuid, text, uuid, text, text, text, jsonb, jsonb, jsonb) rename to append_audit',
      );
    }
    expect(await exports()).toEqual(before);
  });

  it('L50 is refused to who may not see costs, and for days that are not loaded', async () => {
    const before = await exports();
    const nobody: Ctx = { ...ctx, actor: { kind: 'user', userId: idOf(ctx), role: 'nobody' } };
    await expect(exportOverview(nobody, queryOf(ctx, ''), 'daily')).rejects.toThrow(Forbidden);
    const old = queryOf(ctx, 'from=2020-01-01&to=2020-01-31');
    await expect(exportOverview(ctx, old, 'daily')).rejects.toThrow(Invalid);
    expect(await exports()).toEqual(before);
  });
});
