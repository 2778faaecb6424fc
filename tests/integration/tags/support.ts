import type { Ctx } from '@/context';
import { rebuildGroups } from '@/features/tags/rebuild-groups';
import type { Workbench } from '../../support/workbench';
import { focusCsv, newSource, upload } from '../uploads/support';

/** A charge as a test knows it: its amounts in thousandths, exactly. */
export interface Charge {
  readonly day: string;
  readonly account: string;
  readonly service: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly billed: number;
  readonly effective: number;
}

/** Numbers from 0 to 1 that are the same in every run. */
export function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

export function pick<T>(of: readonly T[], dice: () => number): T {
  const found = of[Math.floor(dice() * of.length)];
  if (found === undefined) throw new Error('There is nothing to pick from.');
  return found;
}

const decimal = (thousandths: number) => (thousandths / 1000).toFixed(3);

export const fileOf = (charges: readonly Charge[]): Buffer =>
  focusCsv(
    charges.map((charge) => ({
      BilledCost: decimal(charge.billed),
      EffectiveCost: decimal(charge.effective),
      BillingPeriodStart: `${charge.day.slice(0, 7)}-01T00:00:00Z`,
      ChargePeriodStart: `${charge.day}T00:00:00Z`,
      SubAccountId: charge.account,
      ServiceName: charge.service,
      RegionId: charge.region,
      ResourceId: `/vm/${charge.account}/${charge.service}`,
      Tags: JSON.stringify(charge.tags),
    })),
  );

export async function loadCharges(
  bench: Workbench,
  ctx: Ctx,
  charges: readonly Charge[],
  connectionId?: string,
): Promise<string> {
  const source = connectionId ?? (await newSource(ctx));
  const file = await upload(bench, ctx, { connectionId: source, bytes: fileOf(charges) });
  if (file.state !== 'loaded') throw new Error(JSON.stringify(file));
  return source;
}

/** Does what the worker does with everything that is due of this kind. Returns for how many connections. */
export async function rebuildDue(bench: Workbench, ctx: Ctx): Promise<number> {
  const { rows } = await bench.database.owner.query<{ connection_id: string }>(
    `select connection_id from due_work() where kind = 'tags' and workspace_id = $1`,
    [ctx.workspaceId],
  );
  for (const row of rows) await rebuildGroups(bench.asWorker(ctx), { connectionId: row.connection_id });
  return rows.length;
}
