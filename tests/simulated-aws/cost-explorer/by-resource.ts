import { billedResourceId, inventoryOf, isAlive } from '../world/resources';
import type { Inventory, SimResource } from '../world/resources';
import type { World } from '../world/world';
import type { Answer, Cell, Column } from './aggregate';
import type { CostData } from './cost-data';
import type { Predicate } from './filter';
import type { Ledger } from './ledger';
import type { Period } from './periods';
import { stableHash } from './series';
import type { Series } from './series';

/** What Cost Explorer calls cost that belongs to no resource. */
export const NO_RESOURCE = 'NoResourceId';

export type ResourceLabel = (series: Series, accountId: string, resourceId: string) => string;

export interface ResourceQuestion {
  accounts: readonly string[];
  periods: readonly Period[];
  labels: readonly ResourceLabel[];
  filter: Predicate;
  columns: readonly Column[];
}

/** How much of a series falls to one of the resources that share it. */
export const weightOf = (arn: string): number => 60 + (stableHash(arn, 'weight') % 81);

interface Share {
  id: string;
  resource: SimResource;
  weight: number;
}

function sharesOf(inventory: Inventory, row: number): Share[] {
  return (inventory.sharers[row] ?? [])
    .flatMap((position) => inventory.resources[position] ?? [])
    .map((resource) => ({ id: billedResourceId(resource), resource, weight: weightOf(resource.arn) }));
}

/** Splits an amount as the bills do: the last share stops where the whole does. */
function* partsOf(amount: number, shares: readonly Share[]): Generator<[id: string, part: number]> {
  const whole = shares.reduce((sum, { weight }) => sum + weight, 0);
  let before = 0;
  for (const { id, weight } of shares) {
    const upTo = before + weight;
    yield [id, Math.trunc(amount * (upTo / whole)) - Math.trunc(amount * (before / whole))];
    before = upTo;
  }
}

class PeriodCells {
  private readonly cells = new Map<string, Cell>();

  add(keys: string[], unit: string, column: Column, amount: number): void {
    const id = keys.join('\u0000');
    const cell = this.cells.get(id) ?? { keys, unit, sums: { unblended: 0, amortized: 0, quantity: 0 } };
    cell.sums[column] += amount;
    this.cells.set(id, cell);
  }

  sorted(): Cell[] {
    return [...this.cells.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
  }
}

/** The ledgers' amounts told apart by the resources that were there on each day, as the billing exports tell them apart. */
export function aggregateByResource(world: World, data: CostData, question: ResourceQuestion): Answer {
  return question.periods.map((period) => {
    const found = new PeriodCells();
    for (const accountId of question.accounts) {
      const ledger = data.ledger(accountId);
      if (!ledger) continue;
      const inventory = inventoryOf(world, accountId);
      ledger.series.forEach((series, row) => {
        if (question.filter(series, accountId)) {
          addSeries(found, question, { period, accountId, ledger, row, shares: sharesOf(inventory, row) });
        }
      });
    }
    return found.sorted();
  });
}

interface Row {
  period: Period;
  accountId: string;
  ledger: Ledger;
  row: number;
  shares: readonly Share[];
}

function addSeries(
  found: PeriodCells,
  { labels, columns }: ResourceQuestion,
  { period, accountId, ledger, row, shares }: Row,
): void {
  const series = ledger.series[row];
  if (!series) return;
  const first = Math.max(period.start, ledger.firstDay);
  for (let day = first; day < Math.min(period.end, ledger.firstDay + ledger.days); day++) {
    const cell = row * ledger.days + day - ledger.firstDay;
    if ((ledger.quantity[cell] ?? 0) === 0) continue;
    const alive = shares.filter(({ resource }) => isAlive(resource, day));
    for (const column of columns) {
      const amount = ledger[column][cell] ?? 0;
      const parts: Iterable<[string, number]> =
        alive.length === 0 ? [[NO_RESOURCE, amount]] : partsOf(amount, alive);
      for (const [id, part] of parts) {
        const keys = labels.map((label) => label(series, accountId, id));
        found.add(keys, series.unit, column, part);
      }
    }
  }
}
