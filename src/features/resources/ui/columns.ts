import type { ResourceSort, ResourceSpan } from '../resource-query';
import { SPAN_WORDS } from './span-words';

export const columnIds = [
  ...(['name', 'type', 'service', 'account', 'region', 'state', 'id'] as const),
  ...(['7', '7-change', '30', '30-change', '90', '90-change', 'month', 'month-change'] as const),
  ...(['change', 'first-seen', 'last-seen'] as const),
] as const;
export type ColumnId = (typeof columnIds)[number];

export interface Column {
  readonly id: ColumnId;
  readonly label: string;
  /** In pixels; the name takes what is left. */
  readonly width: number;
  readonly sort?: ResourceSort;
  /** What is shown of the span; without a span, a change is of the one in view. */
  readonly figure?: 'cost' | 'change';
  readonly span?: ResourceSpan;
}

const cost = (span: ResourceSpan): Column => ({
  ...{ id: span, label: SPAN_WORDS[span], width: 104 },
  ...{ sort: 'cost', figure: 'cost', span },
});

const change = (span: ResourceSpan): Column => ({
  ...{ id: `${span}-change`, label: `Change, ${SPAN_WORDS[span].toLowerCase()}`, width: 160 },
  ...{ sort: 'change', figure: 'change', span },
});

const ALL: Record<ColumnId, Column> = {
  name: { id: 'name', label: 'Name', width: 0, sort: 'name' },
  type: { id: 'type', label: 'Type', width: 144, sort: 'type' },
  service: { id: 'service', label: 'Service', width: 150 },
  account: { id: 'account', label: 'Account', width: 128, sort: 'account' },
  region: { id: 'region', label: 'Region', width: 124, sort: 'region' },
  state: { id: 'state', label: 'State', width: 100 },
  id: { id: 'id', label: 'Id', width: 260 },
  '7': cost('7'),
  '7-change': change('7'),
  '30': cost('30'),
  '30-change': change('30'),
  '90': cost('90'),
  '90-change': change('90'),
  month: cost('month'),
  'month-change': change('month'),
  change: { id: 'change', label: 'Change', width: 160, sort: 'change', figure: 'change' },
  'first-seen': { id: 'first-seen', label: 'First seen', width: 108, sort: 'first-seen' },
  'last-seen': { id: 'last-seen', label: 'Last seen', width: 108, sort: 'last-seen' },
};

export const columns: readonly Column[] = columnIds.map((id) => ALL[id]);

export const defaultColumns: readonly ColumnId[] = [
  ...(['name', 'type', 'account', 'region', '30', '90', 'change'] as const),
];

/** The name leads to the resource, and the span of the page is what it is sorted and summed by: both are always there. */
export const isFixed = (id: ColumnId, span: ResourceSpan): boolean => id === 'name' || id === span;

/** The change of the span in view is shown once, also where it is chosen for that span and for whichever is in view. */
export function shownColumns(chosen: readonly ColumnId[], span: ResourceSpan): readonly Column[] {
  const isTwice = (id: ColumnId) => id === 'change' && chosen.includes(`${span}-change`);
  return columns.filter(({ id }) => isFixed(id, span) || (chosen.includes(id) && !isTwice(id)));
}

/** On a narrow screen what a resource costs comes into sight beside its name, before what it is. */
export function narrowOrder(shown: readonly Column[], span: ResourceSpan): readonly Column[] {
  const rank = ({ id }: Column) =>
    id === 'name' ? 0 : id === span ? 1 : id === 'change' || id === `${span}-change` ? 2 : 3;
  return shown.toSorted((a, b) => rank(a) - rank(b));
}

/** What the browser kept. Anything that is no list of columns is as if nothing was kept. */
export function parseColumns(stored: string | null): readonly ColumnId[] {
  if (stored === null) return defaultColumns;
  const wanted = stored.split(' ');
  const known = columnIds.filter((id) => wanted.includes(id));
  return known.length > 0 ? known : defaultColumns;
}

export const columnsText = (chosen: readonly ColumnId[]): string =>
  columnIds.filter((id) => id === 'name' || chosen.includes(id)).join(' ');

const PADDING = 20;
const DIGIT = 7.9;

/** A figure is never cut: cost columns are as wide as the longest figure that may stand in them. */
export function costWidth(longest: number): number {
  return Math.max(104, Math.ceil(PADDING + longest * DIGIT));
}
