'use client';

import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Badge } from '@/ui/panel';
import { Table, type Column } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import styles from './tokens.module.css';

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  /** Whose it is, such as "ada@example.com" or "Service, Editor"; null: not shown. */
  readonly whose: string | null;
  readonly scopes: readonly string[];
  readonly ranges: readonly string[];
  /** Such as "16 Jun 2027, 10:00 UTC". */
  readonly expires: string;
  readonly isExpired: boolean;
  readonly lastUsed: string;
  readonly lastAddress: string | null;
}

interface Props {
  readonly label: string;
  readonly rows: readonly TokenRow[];
  readonly showsWhose?: boolean;
  readonly showsScopes?: boolean;
  /** Null: whoever looks may end none. */
  readonly end: ((input: { tokenId: string }) => Promise<ActionResult<void>>) | null;
  /** What stops once it is ended. */
  readonly consequence: string;
}

function End({
  row,
  end,
  consequence,
}: { row: TokenRow } & Pick<Props, 'consequence'> & { end: NonNullable<Props['end']> }) {
  const [isAsking, setAsking] = useState(false);
  const { run, isPending, refusal } = useVerb();
  return (
    <>
      <button
        type="button"
        className={ui.button}
        aria-label={`End ${row.name}`}
        disabled={isPending}
        onClick={() => setAsking(true)}
      >
        End
      </button>
      {refusal && (
        <div role="alert" className={styles.error}>
          {refusal}
        </div>
      )}
      {isAsking && (
        <ConfirmDialog
          title={`End ${row.name}?`}
          confirm="End token"
          isDanger
          onClose={() => setAsking(false)}
          onConfirm={() => run(() => end({ tokenId: row.id }))}
        >
          <p>{consequence}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Row({ row, ...rest }: { row: TokenRow } & Omit<Props, 'rows' | 'label'>) {
  const { end, consequence, showsWhose, showsScopes } = rest;
  return (
    <tr>
      <th scope="row">
        <div className={styles.cut} title={row.name}>
          {row.name}
        </div>
        <div className={`${ui.small} ${ui.muted}`}>{row.hint}</div>
      </th>
      {showsWhose && (
        <td>
          <div className={styles.cut} title={row.whose ?? ''}>
            {row.whose}
          </div>
        </td>
      )}
      {showsScopes && <td className={styles.words}>{row.scopes.join(' · ')}</td>}
      <td>
        {row.isExpired ? <Badge tone="bad">Expired</Badge> : row.expires}
        {row.ranges.length > 0 && (
          <div className={`${styles.cut} ${ui.small} ${ui.muted}`} title={row.ranges.join(', ')}>
            from {row.ranges.join(', ')}
          </div>
        )}
      </td>
      <td>
        {row.lastUsed}
        {row.lastAddress && <div className={`${ui.small} ${ui.muted}`}>{row.lastAddress}</div>}
      </td>
      {end && (
        <td className={ui.num}>
          <End row={row} end={end} consequence={consequence} />
        </td>
      )}
    </tr>
  );
}

export function TokenTable({ label, rows, ...rest }: Props) {
  const columns: Column[] = [
    { label: 'Token' },
    ...(rest.showsWhose ? [{ label: 'Whose' }] : []),
    ...(rest.showsScopes ? [{ label: 'May' }] : []),
    { label: 'Expires' },
    { label: 'Last used' },
    ...(rest.end ? [{ label: 'Actions', isHidden: true }] : []),
  ];
  return (
    <div className={styles.table}>
      <Table label={label} columns={columns}>
        {rows.map((row) => (
          <Row key={row.id} row={row} {...rest} />
        ))}
      </Table>
    </div>
  );
}
