import type { ReactNode } from 'react';
import styles from './ui.module.css';

export interface Column {
  readonly label: string;
  readonly isNumeric?: boolean;
  /** Read out, not shown. */
  readonly isHidden?: boolean;
}

interface Props {
  readonly columns: readonly Column[];
  /** Named where the table may scroll, so that a keyboard reaches it. */
  readonly label?: string;
  /** Keeps the first column whole on a narrow screen. */
  readonly isWhole?: boolean;
  readonly children: ReactNode;
}

export function Table({ columns, label, isWhole, children }: Props) {
  const region = label ? { tabIndex: 0, role: 'region', 'aria-label': label } : {};
  return (
    <div className={styles.tableWrap} {...region}>
      <table className={styles.table} {...(isWhole ? { 'data-whole': true } : {})}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.label} scope="col" className={column.isNumeric ? styles.num : undefined}>
                {column.isHidden ? (
                  <span className={styles.visuallyHidden}>{column.label}</span>
                ) : (
                  column.label
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
