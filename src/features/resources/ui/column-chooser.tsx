'use client';

import type { ResourceSpan } from '../resource-query';
import { MenuButton } from '@/ui/menu-button';
import { columns, isFixed, type ColumnId } from './columns';
import styles from './resources.module.css';

interface Props {
  readonly span: ResourceSpan;
  readonly chosen: readonly ColumnId[];
  readonly choose: (chosen: readonly ColumnId[]) => void;
}

export function ColumnChooser({ span, chosen, choose }: Props) {
  return (
    <MenuButton name="Columns" label="Columns">
      {() => (
        <fieldset className={styles.choices}>
          <legend>Columns, kept in this browser</legend>
          {columns.map(({ id, label }) => (
            <label key={id}>
              <input
                type="checkbox"
                checked={isFixed(id, span) || chosen.includes(id)}
                disabled={isFixed(id, span)}
                onChange={(event) =>
                  choose(event.currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
                }
              />
              {label}
            </label>
          ))}
        </fieldset>
      )}
    </MenuButton>
  );
}
