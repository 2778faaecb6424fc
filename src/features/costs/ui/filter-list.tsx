'use client';

import { TextInput } from '@mantine/core';
import Link from 'next/link';
import { useState } from 'react';
import type { FilterGroup } from './toolbar';
import styles from './overview.module.css';

export function FilterList({ groups, close }: { groups: readonly FilterGroup[]; close: () => void }) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = groups
    .map((group) => ({
      ...group,
      options: group.options.filter((option) => option.label.toLowerCase().includes(wanted)),
    }))
    .filter((group) => group.options.length > 0);
  return (
    <div className={styles.menu} style={{ minWidth: 270 }}>
      <TextInput
        aria-label="Find a service, account or region"
        placeholder="Service, account or region"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autoFocus
      />
      <div className={styles.scroll}>
        {found.length === 0 && <h3>Nothing has this name.</h3>}
        {found.map((group) => (
          <div key={group.title} className={styles.menu}>
            <h3>{group.title}</h3>
            {group.options.map((option) => (
              <Link
                key={option.href}
                href={option.href}
                onClick={close}
                {...(option.isOn ? { 'aria-current': 'true' as const } : {})}
              >
                {option.label}
                <span className={styles.hint}>{option.isOn ? '✓' : ''}</span>
              </Link>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
