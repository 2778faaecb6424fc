'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useState } from 'react';
import { presets, type Preset } from '@/domain/cost-query';
import { MenuButton } from '@/ui/menu-button';
import ui from '@/ui/ui.module.css';
import { PRESET_WORDS } from '../preset-words';
import styles from './overview.module.css';

const Calendar = dynamic(() => import('./calendar').then((module) => module.Calendar), {
  ssr: false,
  loading: () => <div className={ui.skeleton} style={{ height: 270, width: 240 }} />,
});

const FilterList = dynamic(() => import('./filter-list').then((module) => module.FilterList), {
  ssr: false,
  loading: () => <div className={ui.skeleton} style={{ height: 200, width: 260 }} />,
});

export interface ToggleLink {
  readonly label: string;
  readonly href: string;
  readonly isOn: boolean;
}

export interface FilterGroup {
  readonly title: string;
  readonly options: readonly ToggleLink[];
}

export interface ToolbarProps {
  readonly dates: {
    readonly label: string;
    readonly current: string;
    readonly hrefs: Readonly<Record<Preset, string>>;
  };
  /** `{from}` and `{to}` stand for the days of a custom range. */
  readonly customHref: string;
  readonly range: { readonly start: string; readonly last: string };
  readonly bounds: { readonly first: string; readonly last: string };
  readonly cost: {
    readonly label: string;
    readonly metrics: readonly ToggleLink[];
    readonly parts: readonly ToggleLink[];
  };
  readonly currencies: readonly ToggleLink[];
  readonly filters: readonly FilterGroup[];
  readonly tags: readonly FilterGroup[];
}

function Links({ links, close }: { links: readonly ToggleLink[]; close: () => void }) {
  return links.map((link) => (
    <Link
      key={link.href + link.label}
      href={link.href}
      onClick={close}
      {...(link.isOn ? { 'aria-current': 'true' as const } : {})}
    >
      {link.label}
      <span className={styles.hint}>{link.isOn ? '✓' : ''}</span>
    </Link>
  ));
}

export function Toolbar({ dates, customHref, range, bounds, cost, currencies, filters, tags }: ToolbarProps) {
  const [hasCalendar, setCalendar] = useState(false);
  return (
    <>
      <MenuButton name="Filter" label="Filter">
        {(close) => <FilterList groups={filters} tags={tags} close={close} />}
      </MenuButton>
      <MenuButton name="Dates" label={dates.label}>
        {(close) => (
          <div className={styles.menu}>
            {!hasCalendar && (
              <>
                <Links
                  close={close}
                  links={presets.map((preset) => ({
                    label: PRESET_WORDS[preset],
                    href: dates.hrefs[preset],
                    isOn: dates.current === preset,
                  }))}
                />
                <hr />
                <button type="button" onClick={() => setCalendar(true)}>
                  Choose days
                  <span className={styles.hint}>{dates.current === 'custom' ? '✓' : ''}</span>
                </button>
              </>
            )}
            {hasCalendar && (
              <Calendar
                customHref={customHref}
                range={range}
                bounds={bounds}
                close={() => {
                  setCalendar(false);
                  close();
                }}
              />
            )}
          </div>
        )}
      </MenuButton>
      <MenuButton name="Cost" label={cost.label}>
        {(close) => (
          <div className={styles.menu}>
            <h3>Cost</h3>
            <Links links={cost.metrics} close={close} />
            <hr />
            <h3>Included</h3>
            <Links links={cost.parts} close={close} />
            {currencies.length > 1 && (
              <>
                <hr />
                <h3>Currency, never added up</h3>
                <Links links={currencies} close={close} />
              </>
            )}
          </div>
        )}
      </MenuButton>
    </>
  );
}
