import Link from 'next/link';
import overview from '@/features/costs/ui/overview.module.css';
import ui from '@/ui/ui.module.css';
import type { ResourceQuery } from '../resource-query';
import type { ResourceFacets } from '../resources';
import { chipsOf, listHref, unfiltered } from './links';

/** The filters that are on, each with a way to take it off. */
export function FilterChips({ query, facets }: { query: ResourceQuery; facets: ResourceFacets | null }) {
  const chips = chipsOf(query, facets);
  if (chips.length === 0) return null;
  return (
    <div className={overview.chips} role="group" aria-label="Filters">
      {chips.map((chip) => (
        <Link key={chip.key} className={overview.chip} href={chip.href} title="Take this filter away">
          {chip.label} <span aria-hidden="true">×</span>
        </Link>
      ))}
      <Link className={`${ui.link} ${ui.small}`} href={listHref(query, unfiltered)}>
        Clear all
      </Link>
    </div>
  );
}
