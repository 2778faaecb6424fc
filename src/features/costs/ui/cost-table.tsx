import Link from 'next/link';
import { isDimension, type GroupBy } from '@/domain/cost-query';
import { add, changePercent, sharePercent } from '@/domain/money';
import { ButtonLink } from '@/ui/button-link';
import { formatRange } from '@/ui/format';
import { Change, Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import { SERIES_MAX, type CostLine, type Overview } from '../overview';
import { csvHref, groupWords, lineHref, type PageState } from './links';
import styles from './overview.module.css';

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

function LineName({ href, label, series }: { href: string | null; label: string; series: number }) {
  const name = (
    <>
      <span className={ui.swatch} data-series={series} aria-hidden="true" />
      <span>{label}</span>
    </>
  );
  if (href === null) return <span className={styles.name}>{name}</span>;
  return (
    <Link className={styles.name} href={href} title={`Filter on ${label}`}>
      {name}
    </Link>
  );
}

interface Props {
  readonly overview: Overview;
  readonly state: PageState;
  readonly by: GroupBy;
  readonly lines: readonly CostLine[];
  /** Lines of the chart's own dimension carry its colours. */
  readonly coloured: boolean;
  readonly limit: number;
}

export function CostTable({ overview, state, by, lines, coloured, limit }: Props) {
  const words = groupWords(by);
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
          <ButtonLink href={csvHref(state, isDimension(by) ? by : 'lines')} download>
            CSV
          </ButtonLink>
        </span>
      }
    >
      <Table
        columns={[
          { label: isDimension(by) || by === 'account-group' ? words.title.replace(/s$/, '') : words.title },
          { label: formatRange(overview.range.start, overview.range.end), isNumeric: true },
          { label: 'Change', isNumeric: true },
          { label: 'Share', isNumeric: true },
        ]}
      >
        {shown.map((line, index) => (
          <tr
            key={line.id + line.label}
            data-link={lineHref(state, by, line.id) === null ? undefined : 'true'}
          >
            <th scope="row">
              <LineName href={lineHref(state, by, line.id)} label={line.label} series={seriesOf(index)} />
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
