/** Edits of the list's address, for the browser: text in, text out. The server reads and checks what comes of it. */

import type { ResourceSort, ResourceSpan } from '../resource-query';

export const resourcesHref = (text: string): string => (text ? `/resources?${text}` : '/resources');

/** One value under a name, or none. */
export function withParam(text: string, name: string, value: string | null): string {
  const params = new URLSearchParams(text);
  if (value === null) params.delete(name);
  else params.set(name, value);
  return params.toString();
}

/** Puts a value to the others under its name, or takes it away where it is there. */
export function toggled(text: string, name: string, value: string): string {
  const params = new URLSearchParams(text);
  if (params.has(name, value)) params.delete(name, value);
  else params.append(name, value);
  return params.toString();
}

export const isOn = (text: string, name: string, value: string): boolean =>
  new URLSearchParams(text).has(name, value);

export interface Sorting {
  readonly sort: ResourceSort;
  readonly isDescending: boolean;
  readonly span: ResourceSpan;
}

/**
 * The address of a click on a column's head: by that column, in the other direction where it is sorted by it already. A column
 * of a span sorts by that, which then is the span of the page.
 */
export function sortedBy(
  text: string,
  now: Sorting,
  column: { readonly sort: ResourceSort; readonly span?: ResourceSpan },
): string {
  const isCurrent = isSortedBy(now, column);
  const params = new URLSearchParams(text);
  params.delete('sort');
  params.delete('dir');
  if (column.sort !== 'cost') params.set('sort', column.sort);
  if (column.span === '30') params.delete('span');
  else if (column.span) params.set('span', column.span);
  if (isCurrent) params.set('dir', now.isDescending ? 'asc' : 'desc');
  return params.toString();
}

export const isSortedBy = (
  now: Sorting,
  column: { readonly sort: ResourceSort; readonly span?: ResourceSpan },
): boolean => now.sort === column.sort && (column.span === undefined || column.span === now.span);
