import type { TagFilter } from '@/domain/tag-filter';
import { toResourceParams, type ResourceQuery } from '../resource-query';
import type { ResourceFacets, ResourceGroup } from '../resources';
import { resourcesHref } from './address';

/** The list with a change to what it shows. */
export const listHref = (query: ResourceQuery, change: Partial<ResourceQuery> = {}): string =>
  resourcesHref(toResourceParams({ ...query, ...change }).toString());

/** What a resource's page takes over from the list. */
export function detailText(query: Pick<ResourceQuery, 'metric' | 'currency'>): string {
  const params = new URLSearchParams();
  if (query.metric !== 'amortized') params.set('cost', query.metric);
  if (query.currency) params.set('currency', query.currency);
  return params.toString();
}

export const unfiltered = {
  ...{ search: '', type: [], service: [], account: [], region: [], tags: [], state: null },
} satisfies Partial<ResourceQuery>;

export const isFiltered = (query: ResourceQuery): boolean =>
  query.search !== '' ||
  query.state !== null ||
  [query.type, query.service, query.account, query.region, query.tags].some((values) => values.length > 0);

/** The list of a group's resources, no longer grouped. Null where no filter can name the group. */
export function groupHref(query: ResourceQuery, group: ResourceGroup): string | null {
  const by = query.group;
  if (by === null) return null;
  switch (by) {
    case 'type':
    case 'service':
    case 'region':
      return group.id === null ? null : listHref(query, { group: null, [by]: [group.id] });
    case 'account':
      return group.id ? listHref(query, { group: null, account: [group.id] }) : null;
    default: {
      const key = by.slice('tag:'.length);
      const others = query.tags.filter((tag) => tag.key !== key);
      return listHref(query, { group: null, tags: [...others, { key, value: group.id }] });
    }
  }
}

export interface Chip {
  readonly key: string;
  readonly label: string;
  /** The list without this filter. */
  readonly href: string;
}

const nameOf = (facet: readonly { readonly id: string; readonly label: string }[], id: string) =>
  facet.find((one) => one.id === id)?.label;

export const tagWords = ({ key, value }: TagFilter): string =>
  value === null ? `Without ${key}` : `${key}: ${value || 'empty'}`;

/** The filters that are on, in words. */
export function chipsOf(query: ResourceQuery, facets: ResourceFacets | null): Chip[] {
  const part = (
    name: 'type' | 'service' | 'account' | 'region',
    facet: readonly { readonly id: string; readonly label: string }[],
    unknown: (value: string) => string,
  ): Chip[] =>
    query[name].map((value) => ({
      key: `${name} ${value}`,
      label: nameOf(facet, value) ?? unknown(value),
      href: listHref(query, { [name]: query[name].filter((one) => one !== value) }),
    }));
  const state = query.state === 'gone' ? 'Gone' : 'Present';
  return [
    ...part('type', facets?.types ?? [], (type) => type || 'Other'),
    ...part('service', facets?.services ?? [], (service) => service || 'No service'),
    ...part('account', facets?.accounts ?? [], () => 'An account'),
    ...part('region', facets?.regions ?? [], (region) => region || 'No region'),
    ...query.tags.map((tag) => ({
      key: `tag ${tag.key} ${tag.value === null ? 'without' : `=${tag.value}`}`,
      label: tagWords(tag),
      href: listHref(query, { tags: query.tags.filter((one) => one !== tag) }),
    })),
    ...(query.state ? [{ key: 'state', label: state, href: listHref(query, { state: null }) }] : []),
  ];
}
