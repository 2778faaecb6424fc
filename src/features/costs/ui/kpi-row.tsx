import { compare, subtract } from '@/domain/money';
import { addDays, addMonths, dayOf, monthOf } from '@/domain/period';
import { formatMoney, formatMonth, formatRange } from '@/ui/format';
import { Change, Money } from '@/ui/money';
import type { Overview } from '../overview';
import styles from './overview.module.css';

function moreOrLess(overview: Overview): string {
  const difference = subtract(overview.kpis.total, overview.kpis.before);
  const range = formatRange(overview.comparison.start, overview.comparison.end);
  if (compare(difference, '0') === 0) return `the same as ${range}`;
  const amount = formatMoney(difference.replace('-', ''), overview.currency);
  return `${amount} ${compare(difference, '0') > 0 ? 'more' : 'less'} than ${range}`;
}

export function KpiRow({
  overview,
  now,
  isMonthToDate,
}: {
  overview: Overview;
  now: Date;
  isMonthToDate: boolean;
}) {
  const { kpis, currency } = overview;
  const month = monthOf(dayOf(now));
  return (
    <section className={styles.kpis} aria-label="Key figures">
      <div className={styles.kpi}>
        <h2>
          {isMonthToDate
            ? 'Month to date'
            : formatRange(overview.range.start, overview.range.end, { year: true })}
        </h2>
        <div className={styles.big} data-testid="total">
          <Money amount={kpis.total} currency={currency} />
        </div>
        <p>
          <Change percent={kpis.change} now={kpis.total} before={kpis.before} />
          <span>{moreOrLess(overview)}</span>
        </p>
      </div>
      <div className={styles.kpi}>
        <h2>Forecast for {formatMonth(month)}</h2>
        {kpis.forecast ? (
          <>
            <div className={styles.big} data-testid="forecast">
              <Money amount={kpis.forecast.mean} currency={currency} whole />
            </div>
            <p>
              <span>
                80% between {formatMoney(kpis.forecast.low, currency, { whole: true })} and{' '}
                {formatMoney(kpis.forecast.high, currency, { whole: true })}
              </span>
              <span>{kpis.forecast.source === 'aws' ? 'by AWS' : 'our seasonal estimate'}</span>
            </p>
          </>
        ) : (
          <>
            <div className={styles.big}>–</div>
            <p>Needs two weeks of days</p>
          </>
        )}
      </div>
      <div className={styles.kpi}>
        <h2>{formatMonth(addMonths(month, -1))}</h2>
        <div className={styles.medium} data-testid="last-month">
          <Money amount={kpis.lastMonth} currency={currency} />
        </div>
        <p>{kpis.lastMonthIsFinal ? 'the month is closed' : 'still estimated by AWS'}</p>
      </div>
      <div className={styles.kpi}>
        <h2>Daily average</h2>
        <div className={styles.medium}>
          <Money amount={kpis.dailyAverage} currency={currency} />
        </div>
        <p>
          <span>
            last 7 days{' '}
            <span data-until={addDays(dayOf(now), -1)}>
              <Money amount={kpis.lastSevenDaysAverage} currency={currency} />
            </span>
          </span>
        </p>
      </div>
    </section>
  );
}
