import { compare, subtract } from '@/domain/money';
import { addDays } from '@/domain/period';
import { formatDay, formatMoney, formatMonth, formatRange } from '@/ui/format';
import { Change, Money } from '@/ui/money';
import type { Overview } from '../overview';
import styles from './overview.module.css';

function moreOrLess(overview: Overview): string {
  const { total, before } = overview.kpis;
  if (before === null)
    return `nothing to compare with: loaded from ${formatDay(overview.loaded.start, { year: true })} on`;
  const difference = subtract(total, before);
  const range = formatRange(overview.comparison.start, overview.comparison.end);
  if (compare(difference, '0') === 0) return `the same as ${range}`;
  const amount = formatMoney(difference.replace('-', ''), overview.currency);
  return `${amount} ${compare(difference, '0') > 0 ? 'more' : 'less'} than ${range}`;
}

function Forecast({ overview }: { overview: Overview }) {
  const { kpis, currency } = overview;
  if (!kpis.forecast) {
    return (
      <>
        <div className={styles.big}>–</div>
        <p>Needs two weeks of days</p>
      </>
    );
  }
  const whole = (amount: string) => formatMoney(amount, currency, { whole: true });
  return (
    <>
      <div className={styles.big} data-testid="forecast">
        <Money amount={kpis.forecast.mean} currency={currency} whole />
      </div>
      <p>
        <span>
          80% between {whole(kpis.forecast.low)} and {whole(kpis.forecast.high)}
        </span>
        <span>{kpis.forecast.source === 'aws' ? 'by AWS' : 'our seasonal estimate'}, to the dollar</span>
      </p>
    </>
  );
}

export function KpiRow({ overview }: { overview: Overview }) {
  const { kpis, currency } = overview;
  return (
    <section className={styles.kpis} aria-label="Key figures">
      <div className={styles.kpi}>
        <h2>
          {overview.isMonthToDate
            ? 'Month to date'
            : formatRange(overview.range.start, overview.range.end, { year: true })}
        </h2>
        <div className={styles.big} data-testid="total">
          <Money amount={kpis.total} currency={currency} />
        </div>
        <p>
          {kpis.before !== null && <Change percent={kpis.change} now={kpis.total} before={kpis.before} />}
          <span>{moreOrLess(overview)}</span>
        </p>
      </div>
      <div className={styles.kpi}>
        <h2>Forecast for {formatMonth(overview.forecastMonth)}</h2>
        <Forecast overview={overview} />
      </div>
      <div className={styles.kpi}>
        <h2>{formatMonth(overview.lastMonth)}</h2>
        <div className={styles.medium} data-testid="last-month">
          {kpis.lastMonth === null ? '–' : <Money amount={kpis.lastMonth} currency={currency} />}
        </div>
        <p>
          {kpis.lastMonth === null
            ? 'not loaded yet'
            : kpis.lastMonthIsFinal
              ? 'the month is closed'
              : 'still estimated by AWS'}
        </p>
      </div>
      <div className={styles.kpi}>
        <h2>Daily average</h2>
        <div className={styles.medium}>
          <Money amount={kpis.dailyAverage} currency={currency} />
        </div>
        <p>
          <span>
            {formatRange(overview.lastSevenDays.start, overview.lastSevenDays.end)}{' '}
            {kpis.lastSevenDaysAverage === null ? (
              'not loaded yet'
            ) : (
              <Money amount={kpis.lastSevenDaysAverage} currency={currency} />
            )}
          </span>
          <span>through {formatDay(addDays(overview.loaded.end, -1))}</span>
        </p>
      </div>
    </section>
  );
}
