import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { focusCsv, newSource, upload } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());

// Larger than what DuckDB hands to one of its threads at once, several times over.
const ROWS = 120_000;
const WRONG = [3, 60_001, 119_998];

it('says of a large file in which of its rows something is wrong', async () => {
  const ctx = await bench.newWorkspace();
  const connectionId = await newSource(ctx);
  const [header = '', line = ''] = focusCsv([{ BilledCost: '1234.5', ChargeDescription: 'x'.repeat(120) }])
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const lines = Array.from({ length: ROWS }, (_, at) =>
    WRONG.includes(at + 1) ? line.replace('1234.5', `wrong-${at + 1}`) : line,
  );
  const bytes = Buffer.from(`${[header, ...lines].join('\n')}\n`);
  expect(bytes.length).toBeGreaterThan(30_000_000);
  const file = await upload(bench, ctx, { connectionId, bytes });
  expect(file.state).toBe('refused');
  expect(file.problems.map((problem) => [problem.row, problem.column, problem.value])).toEqual(
    WRONG.map((row) => [row, 'BilledCost', `wrong-${row}`]),
  );
});
