import type { Dimension, GroupBy } from '@/domain/cost-query';
import { add, changePercent, compare, isZero, sharePercent } from '@/domain/money';
import { UNTAGGED, UNTOLD } from '@/domain/tag-filter';
import type { DayAmount, KeyChange } from './cost-sql';
import { accountLabels, NO_GROUP, regionLabel, serviceLabel } from './labels';
import { SERIES_MAX, type CostLine, type Series } from './overview';
import type { CostScope } from './scope';

/** What a report is grouped by, whichever tag it is. */
export type Kind = Dimension | 'account-group' | 'tag';

export type Namer = (key: string) => { id: string; label: string };

/** The lines of a tag have ids that no value can take: `-` without the tag, `?` where nobody told, `=` and the value. */
function tagName(key: string): { id: string; label: string } {
  if (key === UNTAGGED) return { id: key, label: 'Not tagged' };
  if (key === UNTOLD) return { id: key, label: 'Tags not told' };
  return { id: key, label: key.slice(1) || 'Empty' };
}

/** What the lines of a dimension are called, and by what an address names them. */
export function namers(scope: CostScope): Record<Kind, Namer> {
  const accounts = accountLabels(scope);
  const groups = new Map(scope.accounts.map((account) => [account.awsAccountId, account.group ?? '']));
  return {
    service: (key) => ({ id: key, label: serviceLabel(key) }),
    region: (key) => ({ id: key, label: regionLabel(key) }),
    account: (key) => {
      const account = accounts.get(key);
      return { id: account?.ref ?? '', label: account?.label ?? key };
    },
    'account-group': (key) => {
      const group = groups.get(key) ?? '';
      return { id: group, label: group || NO_GROUP };
    },
    tag: tagName,
  };
}

export const kindOf = (by: GroupBy): Kind =>
  by.startsWith('tag:') ? 'tag' : (by as Exclude<GroupBy, `tag:${string}`>);

/** Of several rows that have one name, such as the accounts of a group, the sum. */
function joined(rows: readonly KeyChange[], name: Namer): (KeyChange & { id: string; label: string })[] {
  const sums = new Map<string, KeyChange & { id: string; label: string }>();
  for (const row of rows) {
    const named = name(row.key);
    // Accounts without a ref of their own are told apart by their number.
    const key = `${named.id}\n${named.label}`;
    const sum = sums.get(key);
    sums.set(key, {
      ...row,
      ...named,
      now: sum ? add(sum.now, row.now) : row.now,
      before: sum ? add(sum.before, row.before) : row.before,
    });
  }
  return [...sums.values()];
}

/** The lines of a table, dearest first. */
export function linesOf(
  changes: readonly KeyChange[],
  kind: Kind,
  name: Namer,
  isComparable: boolean,
): CostLine[] {
  const dimension = kind === 'account-group' ? 'account' : kind;
  const rows = joined(
    changes.filter((change) => change.dimension === dimension),
    name,
  );
  const whole = add(...rows.map((row) => row.now));
  return rows
    .sort((a, b) => compare(b.now, a.now) || (a.key < b.key ? -1 : 1))
    .filter((row) => !isZero(row.now) || (isComparable && !isZero(row.before)))
    .map((row) => ({
      id: row.id,
      label: row.label,
      amount: row.now,
      before: isComparable ? row.before : null,
      change: isComparable ? changePercent(row.now, row.before) : null,
      share: sharePercent(row.now, whole),
    }));
}

/** At most five series, those of the first five lines, so that a name keeps its colour; the rest is one. */
export function seriesOf(
  daily: readonly DayAmount[],
  lines: readonly CostLine[],
  days: readonly string[],
  name: Namer,
): Series[] {
  const top = lines.slice(0, lines.length === SERIES_MAX + 1 ? SERIES_MAX + 1 : SERIES_MAX);
  const isTop = new Set(top.map((line) => line.id));
  const amounts = new Map<string, string>();
  const rest = new Map<string, string[]>();
  for (const row of daily) {
    const { id } = name(row.key);
    const cell = `${id}\n${row.day}`;
    if (isTop.has(id)) amounts.set(cell, add(amounts.get(cell) ?? '0', row.amount));
    else rest.set(row.day, [...(rest.get(row.day) ?? []), row.amount]);
  }
  const series: Series[] = top.slice(0, SERIES_MAX).map((line) => ({
    id: line.id,
    label: line.label,
    amounts: days.map((day) => amounts.get(`${line.id}\n${day}`) ?? '0'),
  }));
  const others = lines.length - series.length;
  if (others > 0) {
    const sixth = top[SERIES_MAX];
    series.push({
      id: null,
      label: others === 1 ? (sixth?.label ?? '1 other') : `${others} others`,
      amounts: days.map((day) =>
        add(...(rest.get(day) ?? []), (sixth && amounts.get(`${sixth.id}\n${day}`)) ?? '0'),
      ),
    });
  }
  return series;
}
