'use client';

import { TextInput } from '@mantine/core';
import Link from 'next/link';
import { useState } from 'react';
import overview from '@/features/costs/ui/overview.module.css';
import { formatCount } from '@/ui/format';
import type { ResourceFacets } from '../resources';
import { isOn, resourcesHref, toggled, withParam } from './address';
import { filterSections, tagKeys, tagOptions, type FilterOption } from './filter-options';
import styles from './resources.module.css';

interface Props {
  readonly facets: ResourceFacets;
  readonly text: string;
  readonly close: () => void;
}

function Options({
  options,
  text,
  close,
}: Pick<Props, 'text' | 'close'> & { options: readonly FilterOption[] }) {
  return options.map((option) => {
    const { name, value, label, resources } = option;
    const isChosen = isOn(text, name, value);
    const next =
      name === 'state' ? withParam(text, name, isChosen ? null : value) : toggled(text, name, value);
    return (
      <Link
        key={`${name} ${value}`}
        href={resourcesHref(next)}
        prefetch={false}
        onClick={close}
        {...(isChosen ? { 'aria-current': 'true' as const } : {})}
      >
        <span className={styles.option} title={label}>
          {label}
        </span>
        <span className={overview.hint}>
          {isChosen ? '✓' : resources === null ? '' : formatCount(resources)}
        </span>
      </Link>
    );
  });
}

/** All filters in one panel that one can search; a tag opens the list of its values. */
export function FilterPanel({ facets, text, close }: Props) {
  const [typed, setTyped] = useState('');
  const [key, setKey] = useState<string | null>(null);
  const tag = facets.tags.find((one) => one.key === key);
  const sections = tag ? [] : filterSections(facets, typed);
  const keys = tag ? [] : tagKeys(facets, typed);
  const values = tag ? tagOptions(tag, typed) : [];
  const open = (next: string | null) => {
    setKey(next);
    setTyped('');
  };
  return (
    <div className={overview.menu} style={{ width: 300 }}>
      {tag && (
        <button type="button" onClick={() => open(null)}>
          <span className={styles.option}>
            <span aria-hidden="true">‹ </span>Tag {tag.key}
          </span>
          <span className={overview.hint}>All filters</span>
        </button>
      )}
      <TextInput
        key={`field ${key ?? ''}`}
        aria-label={tag ? `Find a value of ${tag.key}` : 'Find a filter'}
        placeholder={tag ? 'Value' : 'Type, service, account, region or tag'}
        value={typed}
        maxLength={256}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoFocus
      />
      <div key={`list ${key ?? ''}`} className={overview.scroll}>
        {sections.length + keys.length + values.length === 0 && <h3>Nothing has this name.</h3>}
        {values.length > 0 && (
          <div className={overview.menu}>
            <Options options={values} text={text} close={close} />
          </div>
        )}
        {sections.map((section) => (
          <div key={section.title} className={overview.menu}>
            <h3>{section.title}</h3>
            <Options options={section.options} text={text} close={close} />
            {section.more > 0 && <h3>{formatCount(section.more)} more: search for them by name.</h3>}
          </div>
        ))}
        {keys.length > 0 && (
          <div className={overview.menu}>
            <h3>Tag</h3>
            {keys.map((one) => (
              <button key={one.key} type="button" onClick={() => open(one.key)}>
                <span className={styles.option} title={one.key}>
                  {one.key}
                </span>
                <span className={overview.hint}>
                  {formatCount(one.resources)} <span aria-hidden="true">›</span>
                </span>
              </button>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
