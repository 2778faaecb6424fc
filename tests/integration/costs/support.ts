import type { Ctx } from '@/context';
import type { CostQuery } from '@/domain/cost-query';
import type { DayRange } from '@/domain/period';
import type { Overview } from '@/features/costs/overview';
import { readOverview } from '@/features/costs/read-overview';
import { parseCostQuery } from '@/features/costs/schemas';
import { MANAGEMENT, PRODUCTION, STAGING } from '../../support/workbench';
import { sumBy } from '../syncs/amounts';
import type { LineItem } from '../syncs/aws-truth';

export const ACCOUNTS = [MANAGEMENT, PRODUCTION, STAGING];

export function queryOf(ctx: Ctx, address: string): CostQuery {
  const parsed = parseCostQuery(new URLSearchParams(address), ctx.now());
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.query;
}

export async function overviewOf(ctx: Ctx, address: string): Promise<Overview> {
  const overview = await readOverview(ctx, queryOf(ctx, address));
  if (!overview) throw new Error('There is no overview.');
  return overview;
}

/** A figure that must be there. */
export function known(amount: string | null): string {
  if (amount === null) throw new Error('This figure is not loaded.');
  return amount;
}

export type Metric = 'billed' | 'effective';

/** The line items that a page is about, added up by hand. */
export class Bill {
  constructor(
    private readonly items: readonly LineItem[],
    private readonly metric: Metric,
  ) {}

  private readonly amount = (item: LineItem) => (this.metric === 'billed' ? item.billed : item.effective);

  where(keep: (item: LineItem) => boolean): Bill {
    return new Bill(this.items.filter(keep), this.metric);
  }

  in({ start, end }: DayRange): Bill {
    return this.where((item) => item.day >= start && item.day < end);
  }

  get total(): bigint {
    return this.items.reduce((sum, item) => sum + this.amount(item), 0n);
  }

  by(key: (item: LineItem) => string): Map<string, bigint> {
    return sumBy(this.items, key, this.amount);
  }
}

export const KEY = {
  service: (item: LineItem) => item.service,
  region: (item: LineItem) => item.region,
  account: (item: LineItem) => item.accountId,
} as const;
