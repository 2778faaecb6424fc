import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import type { DayRange } from '@/domain/period';
import { costDataOf } from '../../simulated-aws/cost-explorer/cost-data';
import type { Ledger } from '../../simulated-aws/cost-explorer/ledger';
import type { RecordType, Series } from '../../simulated-aws/cost-explorer/series';
import { adminCredentials } from '../../simulated-aws/vendor';
import { isoDay } from '../../simulated-aws/world/clock';
import { MANAGEMENT, type Workbench } from '../../support/workbench';
import { nanos } from './amounts';

export interface LineItem {
  readonly day: string;
  readonly accountId: string;
  readonly service: string;
  /** As on the page: empty where there is none, and for everything that is not usage. */
  readonly region: string;
  readonly recordType: RecordType;
  readonly billed: bigint;
  readonly effective: bigint;
}

const USAGE = new Set<RecordType>(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage']);

function ledgerOf(bench: Workbench, accountId: string): Ledger {
  const ledger = costDataOf(bench.aws.world, bench.aws.clock).ledger(accountId);
  if (!ledger) throw new Error(`There is no account ${accountId}.`);
  return ledger;
}

/** The simulated AWS's own line items, read where it keeps them. */
export function lineItems(bench: Workbench, accounts: readonly string[], range: DayRange): LineItem[] {
  return accounts.flatMap((accountId) => {
    const ledger = ledgerOf(bench, accountId);
    return ledger.series.flatMap((series, row) => itemsOf(ledger, series, row, accountId, range));
  });
}

function itemsOf(
  ledger: Ledger,
  series: Series,
  row: number,
  accountId: string,
  range: DayRange,
): LineItem[] {
  const items: LineItem[] = [];
  const { service, recordType } = series;
  const region = USAGE.has(recordType) && series.region !== 'NoRegion' ? series.region : '';
  for (let index = 0; index < ledger.days; index += 1) {
    const day = isoDay(ledger.firstDay + index);
    const cell = row * ledger.days + index;
    if (day < range.start || day >= range.end || ledger.quantity[cell] === 0) continue;
    const billed = BigInt(ledger.unblended[cell] ?? 0);
    const effective = BigInt(ledger.amortized[cell] ?? 0);
    items.push({ day, accountId, service, region, recordType, billed, effective });
  }
  return items;
}

export interface Restatement {
  readonly accountId: string;
  readonly recordType: RecordType;
  readonly service?: string;
  readonly day: string;
  /** Billionths of a dollar on top; null takes the line items away. */
  readonly by: number | null;
}

/** AWS changes its mind about a closed day. Lasts until the simulator's day changes. Returns the cells changed. */
export function restate(bench: Workbench, change: Restatement): number {
  const ledger = ledgerOf(bench, change.accountId);
  let changed = 0;
  ledger.series.forEach((series, row) => {
    if (series.recordType !== change.recordType) return;
    if (change.service !== undefined && series.service !== change.service) return;
    for (let index = 0; index < ledger.days; index += 1) {
      const cell = row * ledger.days + index;
      if (isoDay(ledger.firstDay + index) !== change.day || ledger.quantity[cell] === 0) continue;
      for (const column of [ledger.unblended, ledger.amortized]) {
        column[cell] = change.by === null ? 0 : (column[cell] ?? 0) + change.by;
      }
      if (change.by === null) ledger.quantity[cell] = 0;
      changed += 1;
    }
  });
  // Answers that the simulator remembers are of the old figures.
  bench.aws.world.changed();
  return changed;
}

export interface MonthTotal {
  readonly billed: bigint;
  readonly effective: bigint;
}

/** What Cost Explorer says when nothing but the account is asked for: no groups, no record types. */
export async function awsMonths(
  bench: Workbench,
  accountId: string,
  range: DayRange,
  payer = MANAGEMENT,
): Promise<Map<string, MonthTotal>> {
  const client = new CostExplorerClient({
    endpoint: bench.aws.url,
    region: 'us-east-1',
    credentials: adminCredentials(payer),
  });
  const answer = await client.send(
    new GetCostAndUsageCommand({
      TimePeriod: { Start: range.start, End: range.end },
      Granularity: 'MONTHLY',
      Metrics: ['UnblendedCost', 'AmortizedCost'],
      Filter: { Dimensions: { Key: 'LINKED_ACCOUNT', Values: [accountId] } },
    }),
  );
  return new Map(
    (answer.ResultsByTime ?? []).map((period) => [
      period.TimePeriod?.Start?.slice(0, 7) ?? '',
      {
        billed: nanos(period.Total?.['UnblendedCost']?.Amount ?? ''),
        effective: nanos(period.Total?.['AmortizedCost']?.Amount ?? ''),
      },
    ]),
  );
}

/** Requests that AWS would put on the bill: answered, by our sessions, by day. */
export function billedRequests(bench: Workbench): Map<string, number> {
  const days = new Map<string, number>();
  for (const { service, status, sessionName, time } of bench.aws.log.entries()) {
    if (service !== 'ce' || status !== 200 || !sessionName?.startsWith('belvedere-')) continue;
    const day = time.slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  return days;
}
