import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { focusCsv, newSource, upload, type Row } from './support';

let bench: Workbench;
let ctx: Ctx;
let id: string;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  ctx = await bench.newWorkspace();
  id = await newSource(ctx);
});

/** Loads a file of one line on each of these days, and answers what the resource is called then. */
async function nameAfter(lines: readonly (Row & { day: string })[]): Promise<string> {
  const rows = lines.map(({ day, ...row }) => ({
    ...row,
    ...{ ChargePeriodStart: `${day}T00:00:00Z`, BillingPeriodStart: `${day.slice(0, 7)}-01T00:00:00Z` },
  }));
  const file = await upload(bench, ctx, { connectionId: id, bytes: focusCsv(rows) });
  expect(file.state).toBe('loaded');
  const found = await bench.database.owner.query<{ name: string }>(
    'select name from resource where connection_id = $1',
    [id],
  );
  expect(found.rows).toHaveLength(1);
  return found.rows[0]?.name ?? '';
}

const tagged = (name: string) => JSON.stringify({ Name: name });

describe('a resource that only bills name', () => {
  it('is called by its tag Name, by a newer one of it, and still so where the tag is gone', async () => {
    expect(await nameAfter([{ day: '2026-12-10', Tags: '{}' }])).toBe('');
    expect(await nameAfter([{ day: '2026-12-11', Tags: tagged('web') }])).toBe('web');
    expect(await nameAfter([{ day: '2026-12-09', Tags: tagged('older') }])).toBe('web');
    expect(await nameAfter([{ day: '2026-12-12', Tags: tagged('api') }])).toBe('api');
    expect(await nameAfter([{ day: '2026-12-13', Tags: '{}' }])).toBe('api');
  });

  it('is called as its provider calls it, whatever its tags say', async () => {
    const given = { ResourceName: 'given' };
    expect(await nameAfter([{ day: '2026-12-10', ...given, Tags: tagged('web') }])).toBe('given');
    expect(await nameAfter([{ day: '2026-12-11', ...given, Tags: '{}' }])).toBe('given');
  });

  it('is called by its tag where it has one on its last day, and a line without any', async () => {
    const day = '2026-12-10';
    expect(await nameAfter([{ day, Tags: tagged('web') }])).toBe('web');
    const lines = (on: string, name: string) => [
      { day: on, Tags: tagged(name) },
      { day: on, Tags: '{}', ServiceName: 'Storage' },
    ];
    expect(await nameAfter(lines('2026-12-11', 'api'))).toBe('api');
    expect(await nameAfter(lines('2026-12-12', 'db').reverse())).toBe('db');
  });

  it('is of the service that it costs most by, whatever else it had on its last day', async () => {
    const day = '2026-12-10';
    const lines = [
      // By whichever kind of charge: it costs more of the one service, and most by a charge of the other.
      { day, ServiceName: 'Amazon EC2', ChargeDescription: 'by the hour', EffectiveCost: '2' },
      { day, ServiceName: 'Amazon EC2', ChargeDescription: 'covered', EffectiveCost: '2', BilledCost: '0' },
      { day, ServiceName: 'Zone transfer', EffectiveCost: '1.5' },
      { day: '2026-12-11', ServiceName: 'Zone transfer', EffectiveCost: '1.5' },
    ];
    await nameAfter(lines);
    const service = async () => {
      const { rows } = await bench.database.owner.query<{ service_name: string }>(
        'select service_name from resource where connection_id = $1',
        [id],
      );
      return rows[0]?.service_name;
    };
    expect(await service()).toBe('Amazon EC2');
    await nameAfter([{ day: '2027-01-02', ServiceName: 'Amazon S3' }]);
    expect(await service()).toBe('Amazon S3');
  });
});
