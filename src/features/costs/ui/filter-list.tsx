'use client';

import { TextInput } from '@mantine/core';
import Link from 'next/link';
import { useState } from 'react';
import type { FilterGroup, ToggleLink } from './toolbar';
import styles from './overview.module.css';

function Options({ options, close }: { options: readonly ToggleLink[]; close: () => void }) {
  return options.map((option) => (
    <Link
      key={option.href}
      href={option.href}
      prefetch={false}
      onClick={close}
      {...(option.isOn ? { 'aria-current': 'true' as const } : {})}
    >
      {option.label}
      <span className={styles.hint}>{option.isOn ? '✓' : ''}</span>
    </Link>
  ));
}

interface Props {
  readonly groups: readonly FilterGroup[];
  readonly tags: readonly FilterGroup[];
  readonly close: () => void;
}

const matching = (groups: readonly FilterGroup[], wanted: string) =>
  groups
    .map((group) => ({
      ...group,
      options: group.options.filter((option) => option.label.toLowerCase().includes(wanted)),
    }))
    .filter((group) => group.options.length > 0);

/** All filters in one panel that one can search; a tag opens the list of its values, and a search looks into all of them. */
export function FilterList({ groups, tags, close }: Props) {
  const [text, setText] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const wanted = text.trim().toLowerCase();
  const tag = tags.find((one) => one.title === open);
  const go = (next: string | null) => {
    setOpen(next);
    setText('');
  };
  const found = tag
    ? matching([tag], wanted)
    : matching(wanted === '' ? groups : [...groups, ...tags], wanted);
  const names = tag || wanted !== '' ? [] : tags;
  return (
    <div className={styles.menu} style={{ width: 290 }}>
      {tag && (
        <button type="button" onClick={() => go(null)}>
          <span>
            <span aria-hidden="true">‹ </span>Tag {tag.title}
          </span>
          <span className={styles.hint}>All filters</span>
        </button>
      )}
      <TextInput
        key={open ?? ''}
        aria-label={tag ? `Find a value of ${tag.title}` : 'Find a service, account, region or tag'}
        placeholder={
          tag ? 'Value' : tags.length > 0 ? 'Service, account, region or tag' : 'Service, account or region'
        }
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autoFocus
      />
      <div key={`list ${open ?? ''}`} className={styles.scroll}>
        {found.length + names.length === 0 && <h3>Nothing has this name.</h3>}
        {names.length > 0 && (
          <div className={styles.menu}>
            <h3>Tag</h3>
            {names.map((one) => (
              <button key={one.title} type="button" onClick={() => go(one.title)}>
                {one.title}
                <span className={styles.hint}>
                  {one.options.some((option) => option.isOn) ? '✓ ' : ''}
                  <span aria-hidden="true">›</span>
                </span>
              </button>
            ))}
          </div>
        )}
        {found.map((group) => (
          <div key={group.title} className={styles.menu}>
            {!tag && <h3>{group.title}</h3>}
            <Options options={group.options} close={close} />
          </div>
        ))}
      </div>
    </div>
  );
}
