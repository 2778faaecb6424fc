import type { CostData } from './cost-data';
import type { Predicate } from './filter';
import type { Ledger } from './ledger';
import type { Period } from './periods';
import type { Series } from './series';

export type Column = 'unblended' | 'amortized' | 'quantity';

export interface Grouping {
  label: (series: Series, accountId: string) => string;
}

export interface Question {
  accounts: string[];
  periods: Period[];
  groupings: Grouping[];
  filter: Predicate;
  columns: Column[];
}

export interface Cell {
  keys: string[];
  sums: Record<Column, number>;
  unit: string;
}

/** For each period the groups that have line items in it, in the order of their keys. */
export type Answer = Cell[][];

interface Group {
  keys: string[];
  unit: string;
  counts: Uint32Array;
  sums: Record<Column, Float64Array>;
}

const MIXED_UNITS = 'N/A';

export function aggregate(data: CostData, question: Question): Answer {
  const { periods, columns } = question;
  const groups = new Map<string, Group>();
  for (const accountId of question.accounts) {
    const ledger = data.ledger(accountId);
    if (!ledger) continue;
    const spans = periods.map((period) => clip(period, ledger));
    ledger.series.forEach((series, row) => {
      if (!question.filter(series, accountId)) return;
      const keys = question.groupings.map(({ label }) => label(series, accountId));
      const group = groupOf(groups, keys, series, periods.length);
      addRow(group, ledger, row, spans, columns);
    });
  }
  const sorted = [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  return periods.map((_period, index) =>
    sorted.filter(({ counts }) => (counts[index] ?? 0) > 0).map((group) => cellOf(group, index)),
  );
}

function clip({ start, end }: Period, ledger: Ledger): [from: number, to: number] {
  const from = Math.max(0, start - ledger.firstDay);
  return [from, Math.max(from, Math.min(ledger.days, end - ledger.firstDay))];
}

function groupOf(groups: Map<string, Group>, keys: string[], series: Series, periods: number): Group {
  const id = keys.join('\u0000');
  const known = groups.get(id);
  if (known) {
    if (known.unit !== series.unit) known.unit = MIXED_UNITS;
    return known;
  }
  const group: Group = {
    keys,
    unit: series.unit,
    counts: new Uint32Array(periods),
    sums: {
      unblended: new Float64Array(periods),
      amortized: new Float64Array(periods),
      quantity: new Float64Array(periods),
    },
  };
  groups.set(id, group);
  return group;
}

function addRow(
  group: Group,
  ledger: Ledger,
  row: number,
  spans: [number, number][],
  columns: Column[],
): void {
  const offset = row * ledger.days;
  for (let index = 0; index < spans.length; index++) {
    const [from, to] = spans[index] ?? [0, 0];
    for (let day = from; day < to; day++) {
      if (ledger.quantity[offset + day] !== 0) group.counts[index] = (group.counts[index] ?? 0) + 1;
    }
    for (const column of columns) {
      const values = ledger[column];
      const sums = group.sums[column];
      for (let day = from; day < to; day++) sums[index] = (sums[index] ?? 0) + (values[offset + day] ?? 0);
    }
  }
}

function cellOf({ keys, sums, unit }: Group, index: number): Cell {
  return {
    keys,
    unit,
    sums: {
      unblended: sums.unblended[index] ?? 0,
      amortized: sums.amortized[index] ?? 0,
      quantity: sums.quantity[index] ?? 0,
    },
  };
}
