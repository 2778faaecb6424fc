'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { memo, type MouseEvent, type ReactNode } from 'react';
import { regionLabel, serviceLabel } from '@/features/costs/labels';
import { formatDay } from '@/ui/format';
import { Badge } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { ResourceSpan } from '../resource-query';
import type { ResourceLine } from '../resources';
import type { Column } from './columns';
import { CostCell, MovedCell } from './figures';
import { resourceName } from './plain-words';
import styles from './resources.module.css';

interface CellProps {
  readonly line: ResourceLine;
  readonly span: ResourceSpan;
  readonly currency: string;
}

const day = (text: string | null): string => (text === null ? '–' : formatDay(text, { year: true }));

function textOf(column: Column, line: ResourceLine): { text: string; title: string } {
  switch (column.id) {
    case 'type':
      return { text: line.typeLabel, title: line.type };
    case 'service':
      return { text: serviceLabel(line.service) || '–', title: line.service };
    case 'account':
      return { text: line.account.label, title: line.account.label };
    case 'region':
      return { text: regionLabel(line.region), title: line.region };
    case 'first-seen':
      return { text: day(line.firstSeen), title: '' };
    case 'last-seen':
      return { text: day(line.lastSeen), title: '' };
    case 'id':
      return { text: line.id, title: line.id };
    default:
      return { text: line.state || '–', title: line.state };
  }
}

function Cell({ column, line, span, currency }: CellProps & { column: Column }): ReactNode {
  const { source } = line;
  if (column.figure) {
    const Figure = column.figure === 'cost' ? CostCell : MovedCell;
    return <Figure cost={line.costs?.[column.span ?? span] ?? null} currency={currency} source={source} />;
  }
  if (column.id === 'state' && line.isGone) return <Badge>Gone</Badge>;
  const { text, title } = textOf(column, line);
  return (
    <span className={column.id === 'id' ? styles.id : styles.text} {...(title ? { title } : {})}>
      {text}
    </span>
  );
}

interface Props extends CellProps {
  readonly index: number;
  readonly columns: readonly Column[];
  readonly href: string;
}

export const ResourceRow = memo(function ResourceRow({ index, columns, href, ...cell }: Props) {
  const router = useRouter();
  const { line } = cell;
  const hasState = columns.some(({ id }) => id === 'state');
  const open = (event: MouseEvent<HTMLTableRowElement>) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest('a')) return;
    if (window.getSelection()?.toString()) return;
    router.push(href);
  };
  return (
    <tr aria-rowindex={index + 2} data-link="true" onClick={open}>
      {columns.map((column) =>
        column.id === 'name' ? (
          <th key="name" scope="row">
            <span className={styles.named}>
              <Link className={styles.text} href={href} prefetch={false} title={line.id}>
                {resourceName(line)}
              </Link>
              {line.isGone && !hasState && <Badge>Gone</Badge>}
            </span>
          </th>
        ) : (
          <td key={column.id} className={column.figure ? styles.num : undefined}>
            <Cell column={column} {...cell} />
          </td>
        ),
      )}
    </tr>
  );
});

/** In the place of a line that is on its way. */
export function WaitingRow({ index, columns }: { index: number; columns: readonly Column[] }) {
  return (
    <tr aria-rowindex={index + 2}>
      {columns.map((column) =>
        column.id === 'name' ? (
          <th key="name" scope="row">
            <span className={ui.visuallyHidden}>Loading</span>
            <span
              className={styles.bone}
              aria-hidden="true"
              style={{ width: `${45 + ((index * 37) % 40)}%` }}
            />
          </th>
        ) : (
          <td key={column.id} className={column.figure ? styles.num : undefined}>
            <span className={styles.bone} aria-hidden="true" style={{ width: '60%' }} />
          </td>
        ),
      )}
    </tr>
  );
}

/** In the place of the first line in sight of those that did not come. */
export function FailedRow({
  index,
  columns,
  failure,
  retry,
}: {
  readonly index: number;
  readonly columns: readonly Column[];
  readonly failure: string;
  readonly retry: () => void;
}) {
  return (
    <tr aria-rowindex={index + 2}>
      <td colSpan={columns.length}>
        <span className={styles.failed} role="alert">
          These lines did not come: {failure}
          <button type="button" className={styles.again} onClick={retry}>
            Try again
          </button>
        </span>
      </td>
    </tr>
  );
}
