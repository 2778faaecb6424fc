'use client';

import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { useMemo, useRef } from 'react';
import overview from '@/features/costs/ui/overview.module.css';
import { ButtonLink } from '@/ui/button-link';
import { formatCount, formatMoney, formatRange } from '@/ui/format';
import ui from '@/ui/ui.module.css';
import type { ResourceList as List } from '../resources';
import { isSortedBy, resourcesHref, sortedBy, type Sorting } from './address';
import { ColumnChooser } from './column-chooser';
import { costWidth, narrowOrder, shownColumns, type Column } from './columns';
import { CostCell, MovedCell } from './figures';
import { pagesOfLines } from './resource-pages';
import { FailedRow, ResourceRow, WaitingRow } from './resource-row';
import styles from './resources.module.css';
import { BEFORE_WORDS } from './span-words';
import { useColumns } from './use-columns';
import { useKeptPlace } from './use-kept-place';
import { useResourcePages } from './use-resource-pages';

/** As high as the style sheet makes a row. */
const ROW_PX = 36;
const OVERSCAN = 12;

/** Lines that are in the page as the server sends it; the browser adds those that come into sight. */
const LINES_AT_FIRST = 60;

export interface ResourceListProps {
  /** The first page. */
  readonly list: List;
  readonly sorting: Sorting;
  /** The page's address, what the API is asked for, and what a resource's page is to show. */
  readonly texts: { readonly page: string; readonly api: string; readonly detail: string };
  readonly source: string;
}

function Head({ columns, sorting, text }: { columns: readonly Column[]; sorting: Sorting; text: string }) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column) => {
          const { id, label, sort, figure, span } = column;
          const place = sort && { sort, ...(span ? { span } : {}) };
          const isSorted = place !== undefined && isSortedBy(sorting, place);
          const direction = sorting.isDescending ? 'descending' : 'ascending';
          return (
            <th
              key={id}
              scope="col"
              className={figure ? styles.num : undefined}
              {...(isSorted ? { 'aria-sort': direction } : {})}
              {...(figure === 'change' ? { title: `Against ${BEFORE_WORDS[span ?? sorting.span]}` } : {})}
            >
              {place ? (
                <Link href={resourcesHref(sortedBy(text, sorting, place))} prefetch={false} scroll={false}>
                  {label}
                  {isSorted && <span aria-hidden="true"> {sorting.isDescending ? '↓' : '↑'}</span>}
                </Link>
              ) : (
                label
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function Totals({ list, columns, sorting }: { list: List; columns: readonly Column[]; sorting: Sorting }) {
  const cost = list.asOf === null || list.priced === 0 ? null : list;
  return (
    <tfoot>
      <tr aria-rowindex={list.total + 2} data-testid="totals">
        {columns.map((column) => {
          if (column.id === 'name') {
            return (
              <th key="name" scope="row">
                {formatCount(list.total)} {list.total === 1 ? 'resource' : 'resources'}
              </th>
            );
          }
          // Totals are known of the span in view alone.
          const isInView = (column.span ?? sorting.span) === sorting.span;
          return (
            <td key={column.id} className={column.figure ? styles.num : undefined}>
              {isInView && column.figure === 'cost' && <CostCell cost={cost} currency={list.currency} />}
              {isInView && column.figure === 'change' && <MovedCell cost={cost} currency={list.currency} />}
            </td>
          );
        })}
      </tr>
    </tfoot>
  );
}

const Space = ({ height, span }: { height: number; span: number }) =>
  height > 0 && (
    <tr aria-hidden="true" className={styles.space}>
      <td colSpan={span} style={{ height }} />
    </tr>
  );

/** Of the span in view; a longer one may have a digit and a comma more. */
function widestFigure(list: List): number {
  const lengths = [list.now, list.before ?? '0'].map((amount) => formatMoney(amount, list.currency).length);
  return costWidth(Math.max(...lengths) + 2);
}

/** All resources that match, of which only those in sight are in the page. Give it a new key where the query changes. */
export function ResourceList({ list, sorting, texts, source }: ResourceListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { chosen, choose } = useColumns();
  const { keep } = useKeptPlace(scroller, texts.page || 'all');
  const isNarrow = useMediaQuery('(max-width: 900px)', false);
  const shown = useMemo(() => {
    const columns = shownColumns(chosen, sorting.span);
    return isNarrow ? narrowOrder(columns, sorting.span) : columns;
  }, [chosen, sorting.span, isNarrow]);
  const virtualizer = useVirtualizer({
    count: list.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  const indexes = first
    ? items.map((item) => item.index)
    : Array.from({ length: Math.min(LINES_AT_FIRST, list.lines.length) }, (_, index) => index);
  const pages = useResourcePages(texts.api, list, first && last ? pagesOfLines(first.index, last.index) : []);
  const costPx = widestFigure(list);
  const widthOf = (column: Column) =>
    column.figure === 'cost' ? costPx : column.figure === 'change' ? costPx + 76 : column.width;
  const others = shown.reduce((sum, column) => sum + widthOf(column), 0);
  const hrefOf = (ref: string) => `/resources/${ref}${texts.detail ? `?${texts.detail}` : ''}`;

  return (
    <section className={ui.panel} aria-label="Resources">
      <div className={ui.panelHead}>
        <h2>{list.range ? formatRange(list.range.start, list.range.end, { year: true }) : 'Without cost'}</h2>
        <span className={overview.headRight}>
          <span className={styles.source} data-testid="source">
            {source}
          </span>
          <ColumnChooser span={sorting.span} chosen={chosen} choose={choose} />
          <ButtonLink href={`/api/resources.csv${texts.api ? `?${texts.api}` : ''}`} download>
            CSV
          </ButtonLink>
        </span>
      </div>
      <div ref={scroller} className={styles.list} tabIndex={0} role="region" aria-label="List of resources">
        <table
          className={styles.table}
          style={{ minWidth: `calc(${others}px + var(--name-width))` }}
          aria-rowcount={list.total + 2}
        >
          <colgroup>
            {shown.map((column) => (
              <col key={column.id} {...(column.id === 'name' ? {} : { style: { width: widthOf(column) } })} />
            ))}
          </colgroup>
          <Head columns={shown} sorting={sorting} text={texts.page} />
          <tbody onClickCapture={keep}>
            <Space height={first?.start ?? 0} span={shown.length} />
            {indexes.map((index, at) => {
              const line = pages.lineAt(index);
              if (line) {
                return (
                  <ResourceRow
                    key={index}
                    {...{ index, line }}
                    columns={shown}
                    span={sorting.span}
                    currency={list.currency}
                    href={hrefOf(line.ref)}
                  />
                );
              }
              const failure = pages.failureAt(index);
              const isFirstFailed =
                failure !== undefined && (at === 0 || pages.failureAt(index - 1) === undefined);
              return isFirstFailed ? (
                <FailedRow
                  key={index}
                  {...{ index, failure }}
                  columns={shown}
                  retry={() => pages.retry(index)}
                />
              ) : (
                <WaitingRow key={index} index={index} columns={shown} />
              );
            })}
            <Space height={last ? list.total * ROW_PX - last.end : 0} span={shown.length} />
          </tbody>
          <Totals list={list} columns={shown} sorting={sorting} />
        </table>
      </div>
      {list.total > LINES_AT_FIRST && (
        <noscript>
          <p className={overview.foot}>
            Without scripts the first {LINES_AT_FIRST} of {formatCount(list.total)} are shown. All of them are
            in the CSV.
          </p>
        </noscript>
      )}
    </section>
  );
}
