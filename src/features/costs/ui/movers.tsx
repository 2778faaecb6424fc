import Link from 'next/link';
import { compare, negate, toNumber } from '@/domain/money';
import { ButtonLink } from '@/ui/button-link';
import { formatMoney, formatRange } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { regionLabel, serviceLabel } from '../labels';
import type { Overview } from '../overview';
import { csvHref, overviewHref, type PageState } from './links';
import styles from './overview.module.css';

/** What moved most, up first; bars are to scale with the largest of them. */
export function Movers({ overview, state }: { overview: Overview; state: PageState }) {
  const absolute = (amount: string) => (compare(amount, '0') < 0 ? negate(amount) : amount);
  const largest = Math.max(...overview.movers.map((mover) => toNumber(absolute(mover.difference))), 0);
  const range = formatRange(overview.comparison.start, overview.comparison.end);
  return (
    <Panel
      title="What moved"
      note={
        <span className={styles.headRight}>
          against {range}
          <ButtonLink href={csvHref(state, 'movers')} download>
            CSV
          </ButtonLink>
        </span>
      }
    >
      {overview.movers.length === 0 ? (
        <p className={styles.foot}>
          {overview.kpis.before === null
            ? `The days before are not loaded, so nothing can be compared.`
            : `Nothing cost more or less than in ${range}.`}
        </p>
      ) : (
        <ul className={styles.movers}>
          {overview.movers.map((mover) => {
            const isUp = compare(mover.difference, '0') > 0;
            const width = largest === 0 ? 0 : (toNumber(absolute(mover.difference)) / largest) * 100;
            return (
              <li
                className={styles.mover}
                key={`${mover.service} ${mover.region}`}
                data-direction={isUp ? 'up' : 'down'}
              >
                <Link href={overviewHref(state, { service: [mover.service], region: [mover.region] })}>
                  <span>
                    {serviceLabel(mover.service)} · {regionLabel(mover.region)}
                  </span>
                  <b title={`Exactly ${mover.difference} ${overview.currency}`}>
                    {formatMoney(mover.difference, overview.currency, { sign: true })}
                    <small>
                      {mover.change === null
                        ? 'new'
                        : `${isUp ? '▲' : '▼'} ${mover.change.replace('-', '')}%`}
                    </small>
                  </b>
                </Link>
                <span className={styles.track} aria-hidden="true">
                  <i style={{ width: `${width}%` }} />
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
