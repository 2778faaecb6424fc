import { rangeOfPreset, type CostQuery } from '@/domain/cost-query';
import { comparisonRange, dayOf } from '@/domain/period';
import type { Ranges } from './read-kpis';
import type { CostScope } from './scope';

/** What every figure of a report is of. */
export interface Frame {
  readonly ranges: Ranges;
  readonly currency: string;
}

/** The days that are asked for, cut to what is loaded; null where none of them is. */
function rangesOf(query: CostQuery, scope: CostScope, now: Date): Ranges | null {
  const { start: since, end: until } = scope.loaded;
  const today = until < dayOf(now) ? until : dayOf(now);
  const asked =
    query.preset === 'custom' ? query.range : rangeOfPreset(query.preset, new Date(Date.parse(today)));
  const range = {
    start: asked.start < since ? since : asked.start,
    end: asked.end > today ? today : asked.end,
  };
  if (range.start >= range.end) return null;
  const before = comparisonRange(range);
  return { now: range, before, isComparable: before.start >= since, today };
}

/** The days and the currency of a report; null where none of its days is loaded. A currency that is not there gives the first. */
export function frameOf(query: CostQuery, scope: CostScope, now: Date): Frame | null {
  const ranges = rangesOf(query, scope, now);
  const currency =
    query.currency && scope.currencies.includes(query.currency) ? query.currency : scope.currencies[0];
  return ranges && currency ? { ranges, currency } : null;
}
