import Link from 'next/link';
import type { Dimension } from '@/domain/cost-query';
import { add, changePercent, sharePercent } from '@/domain/money';
import { ButtonLink } from '@/ui/button-link';
import { formatRange } from '@/ui/format';
import { Change, Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import { SERIES_MAX, type CostLine, type Overview } from '../overview';
import { csvHref, toggleFilterHref, type PageState } from './links';
import styles from './overview.module.css';

const TITLES: Record<Dimension, { title: string; one: string; many: string }> = {
  service: { title: 'Services', one: 'service', many: 'services' },
  account: { title: 'Accounts', one: 'account', many: 'accounts' },
  region: { title: 'Regions', one: 'region', many: 'regions' },
};

function Share({ percent, series }: { percent: string; series: number }) {
  return (
    <span className={styles.share}>
      <span className={styles.track} data-series={series} aria-hidden="true">
        <i style={{ width: `${Math.max(0, Math.min(100, Number(percent)))}%` }} />
      </span>
      <span>{percent}%</span>
    </span>
  );
}

interface Props {
  readonly overview: Overview;
  readonly state: PageState;
  readonly dimension: Dimension;
  readonly lines: readonly CostLine[];
  /** Lines of the chart's own dimension carry its colours. */
  readonly coloured: boolean;
  readonly limit: number;
}

export function CostTable({ overview, state, dimension, lines, coloured, limit }: Props) {
  const words = TITLES[dimension];
  const shown = lines.slice(0, limit);
  const rest = lines.slice(limit);
  const isComparable = lines.every((line) => line.before !== null);
  const whole = add(...lines.map((line) => line.amount));
  const restNow = add(...rest.map((line) => line.amount));
  const restBefore = isComparable ? add(...rest.map((line) => line.before ?? '0')) : null;
  const seriesOf = (index: number) => (coloured && index < SERIES_MAX ? index + 1 : 0);
  return (
    <Panel
      title={words.title}
      note={
        <span className={styles.headRight}>
          {lines.length} {lines.length === 1 ? words.one : words.many}
          <ButtonLink href={csvHref(state, dimension)} download>
            CSV
          </ButtonLink>
        </span>
      }
    >
      <Table
        columns={[
          { label: words.title.replace(/s$/, '') },
          { label: formatRange(overview.range.start, overview.range.end), isNumeric: true },
          { label: 'Change', isNumeric: true },
          { label: 'Share', isNumeric: true },
        ]}
      >
        {shown.map((line, index) => (
          <tr key={line.id} data-link="true">
            <th scope="row">
              <Link
                className={styles.name}
                href={toggleFilterHref(state, dimension, line.id)}
                title={`Filter on ${line.label}`}
              >
                <span className={ui.swatch} data-series={seriesOf(index)} aria-hidden="true" />
                <span>{line.label}</span>
              </Link>
            </th>
            <td className={ui.num}>
              <Money amount={line.amount} currency={overview.currency} />
            </td>
            <td className={ui.num}>
              <Change percent={line.change} now={line.amount} before={line.before} />
            </td>
            <td className={ui.num}>
              <Share percent={line.share} series={seriesOf(index)} />
            </td>
          </tr>
        ))}
        {rest.length > 0 && (
          <tr>
            <th scope="row">
              <span className={styles.name}>
                <span className={ui.swatch} aria-hidden="true" />
                <span>{rest.length === 1 ? '1 other' : `${rest.length} others`}</span>
              </span>
            </th>
            <td className={ui.num}>
              <Money amount={restNow} currency={overview.currency} />
            </td>
            <td className={ui.num}>
              <Change
                percent={restBefore === null ? null : changePercent(restNow, restBefore)}
                now={restNow}
                before={restBefore}
              />
            </td>
            <td className={ui.num}>
              <Share percent={sharePercent(restNow, whole)} series={0} />
            </td>
          </tr>
        )}
      </Table>
    </Panel>
  );
}
