import { tagOf, toSearchParams, type CostQuery, type Dimension, type GroupBy } from '@/domain/cost-query';
import { UNTAGGED, UNTOLD, withTagToggled, type TagFilter } from '@/domain/tag-filter';
import { tagLabel } from '../labels';
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

const toggled = (values: readonly string[], value: string): string[] =>
  values.includes(value) ? values.filter((one) => one !== value) : [...values, value];

/** Filters on the value, or stops doing so where it is filtered on already. */
export function toggleFilterHref(state: PageState, dimension: Dimension, value: string): string {
  return overviewHref(state, { [dimension]: toggled(state.query[dimension], value) });
}

/** The same for a tag. */
export const toggleTagHref = (state: PageState, tag: TagFilter): string =>
  overviewHref(state, { tags: withTagToggled(state.query.tags, tag) });

/** The same for a group of accounts. */
export const toggleGroupHref = (state: PageState, group: string): string =>
  overviewHref(state, { accountGroup: toggled(state.query.accountGroup, group) });

/** Filters on a line of the page, whatever it is grouped by. Null where no filter can name it: tags that nobody told. */
export function lineHref(state: PageState, by: GroupBy, id: string): string | null {
  const key = tagOf(by);
  if (key !== null) {
    if (id === UNTOLD) return null;
    return toggleTagHref(state, { key, value: id === UNTAGGED ? null : id.slice(1) });
  }
  return by === 'account-group' ? toggleGroupHref(state, id) : toggleFilterHref(state, by as Dimension, id);
}

/** What all that can be grouped by is called, one and many of its lines. */
export function groupWords(by: GroupBy): { title: string; one: string; many: string } {
  switch (by) {
    case 'service':
      return { title: 'Services', one: 'service', many: 'services' };
    case 'account':
      return { title: 'Accounts', one: 'account', many: 'accounts' };
    case 'region':
      return { title: 'Regions', one: 'region', many: 'regions' };
    case 'account-group':
      return { title: 'Account groups', one: 'group', many: 'groups' };
    default:
      return { title: tagLabel(tagOf(by) ?? ''), one: 'value', many: 'values' };
  }
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
