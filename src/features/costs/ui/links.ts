import { toSearchParams, type CostQuery, type Dimension } from '@/domain/cost-query';
import type { CsvPart } from '../overview-csv';

export interface PageState {
  readonly query: CostQuery;
  /** The saved view that is open, if any. */
  readonly view: string | null;
}

export function overviewHref(state: PageState, change: Partial<CostQuery> = {}): string {
  const params = toSearchParams({ ...state.query, ...change });
  if (state.view) params.set('view', state.view);
  const text = params.toString();
  return text ? `/overview?${text}` : '/overview';
}

/** Filters on the value, or stops doing so where it is filtered on already. */
export function toggleFilterHref(state: PageState, dimension: Dimension, value: string): string {
  const current = state.query[dimension];
  const next = current.includes(value) ? current.filter((one) => one !== value) : [...current, value];
  return overviewHref(state, { [dimension]: next });
}

/** The CSV of one part of the page, with the page's own dates, filters and kind of cost. */
export function csvHref(state: PageState, part: CsvPart): string {
  const params = toSearchParams(state.query);
  if (part !== 'daily') params.set('part', part);
  const text = params.toString();
  return `/api/overview.csv${text ? `?${text}` : ''}`;
}

/** The files of every charge behind the page, with the page's own dates, filters and currency. */
export function focusHrefs({ query }: PageState): { csv: string; parquet: string } {
  const text = toSearchParams(query).toString();
  const href = (format: string) => `/api/focus.${format}${text ? `?${text}` : ''}`;
  return { csv: href('csv'), parquet: href('parquet') };
}
