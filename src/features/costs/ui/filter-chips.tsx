import Link from 'next/link';
import { dimensions } from '@/domain/cost-query';
import ui from '@/ui/ui.module.css';
import { NO_GROUP, tagLabel } from '../labels';
import type { Overview } from '../overview';
import { overviewHref, toggleFilterHref, toggleGroupHref, toggleTagHref, type PageState } from './links';
import styles from './overview.module.css';

/** The filters that are on, each with a way to take it off. */
export function FilterChips({ state, overview }: { state: PageState; overview: Overview | null }) {
  const chips = [
    ...dimensions.flatMap((dimension) =>
      state.query[dimension].map((value) => ({
        key: `${dimension} ${value}`,
        label:
          overview?.filters[dimension].find((option) => option.id === value)?.label ??
          (dimension === 'account' ? 'An account' : value || 'No region'),
        href: toggleFilterHref(state, dimension, value),
      })),
    ),
    ...state.query.accountGroup.map((group) => ({
      key: `group ${group}`,
      label: group ? `Group ${group}` : NO_GROUP,
      href: toggleGroupHref(state, group),
    })),
    ...state.query.tags.map((tag) => ({
      key: `tag ${tag.key} ${tag.value === null ? 'without' : `=${tag.value}`}`,
      label:
        tag.value === null ? `Without ${tagLabel(tag.key)}` : `${tagLabel(tag.key)}: ${tag.value || 'empty'}`,
      href: toggleTagHref(state, tag),
    })),
  ];
  if (chips.length === 0) return null;
  return (
    <div className={styles.chips} aria-label="Filters">
      {chips.map((chip) => (
        <Link key={chip.key} className={styles.chip} href={chip.href} title="Take this filter away">
          {chip.label} <span aria-hidden="true">×</span>
        </Link>
      ))}
      <Link
        className={`${ui.link} ${ui.small}`}
        href={overviewHref(state, { service: [], account: [], region: [], accountGroup: [], tags: [] })}
      >
        Clear all
      </Link>
    </div>
  );
}
