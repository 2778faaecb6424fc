import { tagParam } from '@/domain/tag-filter';
import type { ResourceFacets } from '../resources';

/** A filter that can be put on: a parameter of the list's address and its value. */
export interface FilterOption {
  readonly name: 'type' | 'service' | 'account' | 'region' | 'tag' | 'untagged' | 'state';
  readonly value: string;
  readonly label: string;
  /** Null where nobody has counted. */
  readonly resources: number | null;
}

export interface FilterSection {
  readonly title: string;
  readonly options: readonly FilterOption[];
  /** How many more there are than are shown. */
  readonly more: number;
}

/** Tag values that a page brings along for each key; others are typed. */
const VALUES_SENT = 40;
const OPTIONS_SHOWN = 40;

/** The part of the facets that a browser gets: the keys of tags all, of their values the usual ones. */
export const facetsForBrowser = (facets: ResourceFacets): ResourceFacets => ({
  ...facets,
  tags: facets.tags.map((tag) => ({ ...tag, values: tag.values.slice(0, VALUES_SENT) })),
});

const has = (text: string, typed: string) => text.toLowerCase().includes(typed);

function section(title: string, options: readonly FilterOption[]): FilterSection[] {
  if (options.length === 0) return [];
  const shown = options.slice(0, OPTIONS_SHOWN);
  return [{ title, options: shown, more: options.length - shown.length }];
}

const tagOption = (key: string, value: string, resources: number | null, label: string): FilterOption => ({
  name: 'tag',
  value: tagParam(key, value),
  label,
  resources,
});

/** What the filter offers for what is typed; everything while nothing is. Tag values come up only where they are looked for. */
export function filterSections(facets: ResourceFacets, text: string): FilterSection[] {
  const typed = text.trim().toLowerCase();
  const part = (
    name: FilterOption['name'],
    facet: readonly { readonly id: string; readonly label: string; readonly resources: number }[],
  ): FilterOption[] =>
    facet
      .filter(({ id, label }) => has(label, typed) || (name !== 'account' && has(id, typed)))
      .map(({ id, label, resources }) => ({ name, value: id, label, resources }));
  const states: FilterOption[] = [
    { name: 'state', value: 'present', label: 'Present', resources: null },
    { name: 'state', value: 'gone', label: 'Gone', resources: null },
  ];
  const values =
    typed === ''
      ? []
      : facets.tags.flatMap(({ key, values: all }) =>
          all
            .filter(({ value }) => has(value, typed) || has(`${key}: ${value}`, typed))
            .map(({ value, resources }) => tagOption(key, value, resources, `${key}: ${value || 'empty'}`)),
        );
  return [
    ...section(
      'State',
      states.filter(({ label }) => has(label, typed)),
    ),
    ...section('Type', part('type', facets.types)),
    ...section('Service', part('service', facets.services)),
    // An account that is not known by a ref cannot be named in an address.
    ...section(
      'Account',
      part(
        'account',
        facets.accounts.filter(({ id }) => id !== ''),
      ),
    ),
    ...section('Region', part('region', facets.regions)),
    ...section('Tag values', values),
  ];
}

export const tagKeys = (facets: ResourceFacets, text: string): ResourceFacets['tags'] => {
  const typed = text.trim().toLowerCase();
  return facets.tags.filter(({ key }) => has(key, typed));
};

/** What one tag can be filtered on: not having it, its values, and the value that is typed where the list has it not. */
export function tagOptions(tag: ResourceFacets['tags'][number], text: string): FilterOption[] {
  const typed = text.trim();
  const { key } = tag;
  const found = tag.values.filter(({ value }) => has(value, typed.toLowerCase()));
  const isListed = typed === '' || tag.values.some(({ value }) => value === typed);
  return [
    ...(typed === ''
      ? [{ name: 'untagged' as const, value: key, label: 'Without this tag', resources: null }]
      : []),
    ...found.map(({ value, resources }) => tagOption(key, value, resources, value || 'empty')),
    ...(isListed ? [] : [tagOption(key, typed, null, `Exactly “${typed}”`)]),
  ];
}
