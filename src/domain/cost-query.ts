import { addDays, addMonths, dayOf, monthOf, type DayRange } from './period';
import { addTagParams, type TagFilter } from './tag-filter';

export const dimensions = ['service', 'account', 'region'] as const;
export type Dimension = (typeof dimensions)[number];

/** What a report can be grouped by: a dimension of every charge, the customer's own groups of accounts, or a tag. */
export type GroupBy = Dimension | 'account-group' | `tag:${string}`;

/** The name of the tag that a report is grouped by; null where it is grouped by something else. */
export const tagOf = (by: GroupBy): string | null => (by.startsWith('tag:') ? by.slice(4) : null);

export const isDimension = (by: GroupBy): by is Dimension => (dimensions as readonly string[]).includes(by);

export const metrics = ['amortized', 'unblended'] as const;
export type CostMetric = (typeof metrics)[number];

export const presets = [
  'mtd',
  'last-month',
  'last-7',
  'last-30',
  'last-90',
  'last-6-months',
  'last-12-months',
] as const;
export type Preset = (typeof presets)[number];

/** What a page shows; two equal queries show the same figures. Accounts are our own refs, never AWS account ids. */
export interface CostQuery {
  readonly preset: Preset | 'custom';
  readonly range: DayRange;
  readonly by: GroupBy;
  readonly metric: CostMetric;
  readonly credits: boolean;
  readonly refunds: boolean;
  readonly tax: boolean;
  readonly currency: string | null;
  readonly service: readonly string[];
  readonly account: readonly string[];
  readonly region: readonly string[];
  /** Groups of accounts; the empty text is the accounts in none. */
  readonly accountGroup: readonly string[];
  readonly tags: readonly TagFilter[];
}

/** Cost of a day is there once the day is over, so every preset ends with yesterday. */
export function rangeOfPreset(preset: Preset, now: Date): DayRange {
  const today = dayOf(now);
  const month = monthOf(today);
  switch (preset) {
    case 'mtd':
      return today > month ? { start: month, end: today } : { start: addMonths(month, -1), end: month };
    case 'last-month':
      return { start: addMonths(month, -1), end: month };
    case 'last-7':
      return { start: addDays(today, -7), end: today };
    case 'last-30':
      return { start: addDays(today, -30), end: today };
    case 'last-90':
      return { start: addDays(today, -90), end: today };
    case 'last-6-months':
      return { start: addMonths(month, -6), end: month };
    case 'last-12-months':
      return { start: addMonths(month, -12), end: month };
  }
}

export function isFiltered(query: CostQuery): boolean {
  const { service, account, region, accountGroup, tags } = query;
  return service.length + account.length + region.length + accountGroup.length + tags.length > 0;
}

/** The state of a page as its address; defaults are left out, so that equal queries have equal addresses. */
export function toSearchParams(query: CostQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.preset === 'custom') {
    params.set('from', query.range.start);
    params.set('to', addDays(query.range.end, -1));
  } else if (query.preset !== 'mtd') params.set('dates', query.preset);
  if (query.by !== 'service') params.set('by', query.by);
  if (query.metric !== 'amortized') params.set('cost', query.metric);
  if (!query.credits) params.set('credits', 'off');
  if (!query.refunds) params.set('refunds', 'off');
  if (!query.tax) params.set('tax', 'off');
  if (query.currency) params.set('currency', query.currency);
  for (const dimension of dimensions) for (const value of query[dimension]) params.append(dimension, value);
  for (const group of query.accountGroup) params.append('account-group', group);
  addTagParams(params, query.tags);
  return params;
}
