import {
  dimensions,
  presets,
  toSearchParams,
  type Dimension,
  type GroupBy,
  type Preset,
} from '@/domain/cost-query';
import { addDays } from '@/domain/period';
import { formatRange } from '@/ui/format';
import { tagLabel } from '../labels';
import type { Overview } from '../overview';
import { PRESET_WORDS } from '../preset-words';
import { overviewHref, toggleFilterHref, toggleGroupHref, toggleTagHref, type PageState } from './links';
import type { ToggleLink, ToolbarProps } from './toolbar';

export const BY: Record<Dimension, string> = { service: 'Service', account: 'Account', region: 'Region' };

/** What the toolbar of the page offers: addresses of the same page with one thing changed. */
export function toolbarProps(state: PageState, overview: Overview): ToolbarProps {
  const { query } = state;
  const hrefs = Object.fromEntries(
    presets.map((preset) => [preset, overviewHref(state, { preset })]),
  ) as Record<Preset, string>;
  const custom = toSearchParams({ ...query, preset: 'mtd' });
  custom.set('from', '{from}');
  custom.set('to', '{to}');
  if (state.view) custom.set('view', state.view);
  const part = (label: string, key: 'credits' | 'refunds' | 'tax') => ({
    label,
    href: overviewHref(state, { [key]: !query[key] }),
    isOn: query[key],
  });
  return {
    dates: {
      label:
        query.preset === 'custom' || query.preset === 'mtd'
          ? formatRange(overview.range.start, overview.range.end, { year: true })
          : PRESET_WORDS[query.preset],
      current: query.preset,
      hrefs,
    },
    customHref: `/overview?${custom.toString()}`,
    range: { start: overview.range.start, last: addDays(overview.range.end, -1) },
    bounds: { first: overview.loaded.start, last: addDays(overview.loaded.end, -1) },
    cost: {
      label: query.metric === 'amortized' ? 'Amortized' : 'Unblended',
      metrics: [
        {
          label: 'Amortized',
          href: overviewHref(state, { metric: 'amortized' }),
          isOn: query.metric === 'amortized',
        },
        {
          label: 'Unblended',
          href: overviewHref(state, { metric: 'unblended' }),
          isOn: query.metric === 'unblended',
        },
      ],
      parts: [part('Credits', 'credits'), part('Refunds', 'refunds'), part('Tax', 'tax')],
    },
    currencies: overview.currencies.map((currency) => ({
      label: currency,
      href: overviewHref(state, { currency }),
      isOn: currency === overview.currency,
    })),
    filters: [
      ...dimensions.map((dimension) => ({
        title: BY[dimension],
        options: overview.filters[dimension].map(({ id, label }) => ({
          label,
          href: toggleFilterHref(state, dimension, id),
          isOn: query[dimension].includes(id),
        })),
      })),
      {
        title: 'Account group',
        options: overview.accountGroups.map(({ id, label }) => ({
          label,
          href: toggleGroupHref(state, id),
          isOn: query.accountGroup.includes(id),
        })),
      },
    ],
    tags: overview.tags.map(({ name, values }) => ({
      title: tagLabel(name),
      options: [null, ...values].map((value) => ({
        label: value === null ? 'Not tagged' : value || 'Empty',
        href: toggleTagHref(state, { key: name, value }),
        isOn: query.tags.some((tag) => tag.key === name && tag.value === value),
      })),
    })),
  };
}

/** What the page can be grouped by beside the dimensions; empty where there are neither groups nor tags. */
export function otherGroups(state: PageState, overview: Overview): ToggleLink[] {
  const { by } = state.query;
  const link = (label: string, group: GroupBy) => ({
    label,
    href: overviewHref(state, { by: group }),
    isOn: by === group,
  });
  return [
    ...(overview.accountGroups.length > 0 || by === 'account-group'
      ? [link('Account group', 'account-group')]
      : []),
    ...overview.tags.map(({ name }) => link(tagLabel(name), `tag:${name}`)),
  ];
}
