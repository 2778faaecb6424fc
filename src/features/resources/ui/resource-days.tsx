import { daysOf, type DayRange } from '@/domain/period';
import overview from '@/features/costs/ui/overview.module.css';
import { formatDay, formatRange } from '@/ui/format';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { ResourceDetails } from '../read-resource';
import { ResourceChart, type DailyCost } from './resource-chart';
import styles from './resources.module.css';

/** Every day of the range: one without a charge is loaded all the same, and cost nothing. */
export function dailyCost(range: DayRange, days: ResourceDetails['days'], currency: string): DailyCost {
  const amounts = new Map(days.map(({ day, amount }) => [day, amount]));
  const all = daysOf(range);
  return { days: all, amounts: all.map((day) => amounts.get(day) ?? '0'), currency, end: range.end };
}

function DayTable({ days, currency }: Pick<ResourceDetails, 'days' | 'currency'>) {
  return (
    <details className={styles.days}>
      <summary>By day, exactly</summary>
      <div className={styles.dayTable} tabIndex={0} role="region" aria-label="Cost by day">
        <table className={ui.table}>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" className={ui.num}>
                Cost
              </th>
              <th scope="col" className={ui.num}>
                Exactly, in {currency}
              </th>
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map(({ day, amount }) => (
              <tr key={day}>
                <th scope="row">{formatDay(day, { year: true })}</th>
                <td className={ui.num}>
                  <Money amount={amount} currency={currency} />
                </td>
                <td className={ui.num}>{amount}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

interface Props {
  readonly details: ResourceDetails;
  readonly source: string;
  /** Whether a billing export is on its way in. */
  readonly isLoading: boolean;
}

/** A resource's cost by day. Without line items, and without a charge in them, it says which of the two. */
export function ResourceDays({ details, source, isLoading }: Props) {
  const { range, days, currency } = details;
  return (
    <Panel title="Daily cost" note={source}>
      {range === null ? (
        <p className={overview.foot}>
          {isLoading
            ? 'A billing export is being loaded. What this resource costs is here as soon as its newest month is in.'
            : 'Neither a billing export nor Cost Explorer tells what this resource costs. That is not the same as no cost.'}
        </p>
      ) : days.length === 0 ? (
        <p className={overview.foot}>
          {details.line.source === 'cost-explorer' ? 'Cost Explorer tells' : 'The billing export holds'} no
          charge of this resource in {formatRange(range.start, range.end, { year: true })}.
        </p>
      ) : (
        <>
          <ResourceChart cost={dailyCost(range, days, currency)} />
          <DayTable days={days} currency={currency} />
        </>
      )}
    </Panel>
  );
}
