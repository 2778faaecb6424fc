'use client';

import { useMemo, useState } from 'react';
import ui from '@/ui/ui.module.css';
import styles from './people.module.css';
import type { AccountChoice } from './types';

const SHOWN = 100;

interface Props {
  readonly accounts: readonly AccountChoice[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}

/** Linked accounts to tick, found by a part of their name or number. */
export function AccountPicker({ accounts, chosen, onChange }: Props) {
  const [search, setSearch] = useState('');
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const digits = wanted.replaceAll(' ', '');
    return accounts.filter(
      ({ name, number }) =>
        name.toLowerCase().includes(wanted) || (digits !== '' && number.replaceAll(' ', '').includes(digits)),
    );
  }, [accounts, search]);
  const toggle = (ref: string) =>
    onChange(chosen.includes(ref) ? chosen.filter((one) => one !== ref) : [...chosen, ref]);
  return (
    <fieldset className={styles.picker}>
      <legend>
        Accounts <span className={ui.muted}>({chosen.length} chosen)</span>
      </legend>
      <input
        type="search"
        aria-label="Find accounts"
        placeholder="Name or number"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        // Enter would send the form around it.
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
      />
      <ul>
        {found.slice(0, SHOWN).map(({ ref, name, number }) => (
          <li key={ref}>
            <label>
              <input type="checkbox" checked={chosen.includes(ref)} onChange={() => toggle(ref)} />
              <span>{name}</span> {name !== number && <span className={ui.muted}>{number}</span>}
            </label>
          </li>
        ))}
        {found.length === 0 && <li className={ui.muted}>No account has this name or number.</li>}
        {found.length > SHOWN && (
          <li className={ui.muted}>{found.length - SHOWN} more: type a part of the name.</li>
        )}
      </ul>
    </fieldset>
  );
}
