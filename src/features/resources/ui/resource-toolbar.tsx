'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import overview from '@/features/costs/ui/overview.module.css';
import { MenuButton } from '@/ui/menu-button';
import ui from '@/ui/ui.module.css';
import type { ResourceQuery } from '../resource-query';
import type { ResourceFacets } from '../resources';
import { resourcesHref, withParam } from './address';
import { SearchField } from './search-field';
import styles from './resources.module.css';
import { SPAN_WORDS, spans } from './span-words';

const FilterPanel = dynamic(() => import('./filter-panel').then((module) => module.FilterPanel), {
  ssr: false,
  loading: () => <div className={ui.skeleton} style={{ height: 240, width: 300 }} />,
});

interface Props {
  /** The state of the page as its address. */
  readonly text: string;
  readonly query: Pick<ResourceQuery, 'span' | 'metric' | 'search' | 'group'>;
  readonly facets: ResourceFacets;
  readonly currency: string;
  readonly currencies: readonly string[];
}

interface Choice {
  readonly label: string;
  readonly text: string;
  readonly isOn: boolean;
}

function Choices({ choices, close }: { choices: readonly Choice[]; close: () => void }) {
  return choices.map((choice) => (
    <Link
      key={choice.text}
      href={resourcesHref(choice.text)}
      prefetch={false}
      onClick={close}
      {...(choice.isOn ? { 'aria-current': 'true' as const } : {})}
    >
      <span className={styles.option} title={choice.label}>
        {choice.label}
      </span>
      <span className={overview.hint}>{choice.isOn ? '✓' : ''}</span>
    </Link>
  ));
}

const GROUPS = [
  ...[
    { value: null, label: 'Nothing' },
    { value: 'type', label: 'Type' },
  ],
  ...[
    { value: 'service', label: 'Service' },
    { value: 'account', label: 'Account' },
  ],
  { value: 'region', label: 'Region' },
];

function Groups({ text, query, facets }: Pick<Props, 'text' | 'query' | 'facets'>) {
  const choice = (value: string | null, label: string): Choice => ({
    label,
    text: withParam(text, 'group', value),
    isOn: query.group === value,
  });
  const label = query.group?.startsWith('tag:')
    ? query.group.slice('tag:'.length)
    : GROUPS.find(({ value }) => value === query.group)?.label.toLowerCase();
  return (
    <MenuButton name="Group by" label={query.group === null || !label ? 'Group by' : `By ${label}`}>
      {(close) => (
        <div className={overview.menu}>
          <h3>Group by</h3>
          <Choices choices={GROUPS.map((one) => choice(one.value, one.label))} close={close} />
          {facets.tags.length > 0 && (
            <>
              <hr />
              <h3>Tag</h3>
              <div className={`${overview.menu} ${overview.scroll}`}>
                <Choices choices={facets.tags.map(({ key }) => choice(`tag:${key}`, key))} close={close} />
              </div>
            </>
          )}
        </div>
      )}
    </MenuButton>
  );
}

function Cost({ text, query, currency, currencies }: Omit<Props, 'facets'>) {
  return (
    <MenuButton name="Cost" label={query.metric === 'amortized' ? 'Amortized' : 'Unblended'}>
      {(close) => (
        <div className={overview.menu}>
          <h3>Cost</h3>
          <Choices
            close={close}
            choices={[
              {
                label: 'Amortized',
                text: withParam(text, 'cost', null),
                isOn: query.metric === 'amortized',
              },
              {
                label: 'Unblended',
                text: withParam(text, 'cost', 'unblended'),
                isOn: query.metric === 'unblended',
              },
            ]}
          />
          {currencies.length > 1 && (
            <>
              <hr />
              <h3>Currency, never added up</h3>
              <Choices
                close={close}
                choices={currencies.map((one) => ({
                  label: one,
                  text: withParam(text, 'currency', one),
                  isOn: one === currency,
                }))}
              />
            </>
          )}
        </div>
      )}
    </MenuButton>
  );
}

/** What the list shows, each control a link to another address of it. */
export function ResourceToolbar(props: Props) {
  const { text, query, facets } = props;
  return (
    <>
      <SearchField search={query.search} text={text} />
      <nav className={overview.segments} aria-label="Days">
        {spans.map((span) => (
          <Link
            key={span}
            href={resourcesHref(withParam(text, 'span', span === '30' ? null : span))}
            prefetch={false}
            scroll={false}
            {...(span === query.span ? { 'aria-current': 'true' as const } : {})}
          >
            {SPAN_WORDS[span]}
          </Link>
        ))}
      </nav>
      <MenuButton name="Filter" label="Filter">
        {(close) => <FilterPanel facets={facets} text={text} close={close} />}
      </MenuButton>
      <Groups text={text} query={query} facets={facets} />
      <Cost {...props} />
    </>
  );
}
