import { add } from '@/domain/money';
import type { DayRange } from '@/domain/period';
import { serviceLabel } from '@/features/costs/labels';
import { formatRange } from '@/ui/format';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { ResourceCharge } from '../read-resource';
import { formatQuantity } from './plain-words';
import styles from './resources.module.css';

/** The kind of usage as the bill spells it, and what else tells two charges apart. */
function detailOf(charge: ResourceCharge, title: string, service: string): string {
  return [
    charge.service === service ? '' : serviceLabel(charge.service),
    charge.category === 'Usage' ? '' : charge.category,
    charge.usageType,
    charge.operation,
  ]
    .filter((part) => part !== '' && part !== title)
    .join(' · ');
}

const pricingOf = (charge: ResourceCharge): string =>
  [charge.pricing, charge.commitment].filter((part) => part !== '').join(', ');

function Quantity({ charge }: { charge: ResourceCharge }) {
  if (charge.quantity === null) return '–';
  return (
    <span title={`Exactly ${charge.quantity} ${charge.unit}`.trim()}>
      {formatQuantity(charge.quantity)} {charge.unit}
    </span>
  );
}

function Kind({ charge, service }: { charge: ResourceCharge; service: string }) {
  const pricing = pricingOf(charge);
  const title = charge.description || charge.usageType || charge.category || serviceLabel(charge.service);
  const detail = detailOf(charge, title, service);
  return (
    <span className={styles.charge}>
      <span title={title}>{title}</span>
      {detail !== '' && (
        <small>
          <span title={detail}>{detail}</span>
        </small>
      )}
      {(pricing !== '' || charge.quantity !== null) && (
        <small className={styles.narrow}>
          <span>
            {pricing}
            {pricing !== '' && charge.quantity !== null && ' · '}
            {charge.quantity !== null && <Quantity charge={charge} />}
          </span>
        </small>
      )}
    </span>
  );
}

interface Props {
  readonly charges: readonly ResourceCharge[];
  readonly range: DayRange;
  readonly currency: string;
  /** The service of the resource itself, which its charges need not repeat. */
  readonly service: string;
}

/**
 * What a resource was charged for, by kind of charge; the sum is that of its days. On a phone pricing and quantity stand below the
 * charge, so that its cost is in sight.
 */
export function ChargeTable({ charges, range, currency, service }: Props) {
  return (
    <Panel title="Charges" note={formatRange(range.start, range.end, { year: true })}>
      <div className={styles.charges}>
        <Table
          label="Charges by kind"
          columns={[
            { label: 'Charge' },
            { label: 'Pricing' },
            { label: 'Quantity', isNumeric: true },
            { label: 'Cost', isNumeric: true },
          ]}
        >
          {charges.map((charge) => (
            <tr
              key={[
                ...[charge.service, charge.category, charge.description, charge.usageType, charge.operation],
                ...[charge.pricing, charge.commitment, charge.unit],
              ].join('\n')}
            >
              <th scope="row">
                <Kind charge={charge} service={service} />
              </th>
              <td>{pricingOf(charge) || '–'}</td>
              <td className={ui.num}>
                <Quantity charge={charge} />
              </td>
              <td className={ui.num}>
                <Money amount={charge.amount} currency={currency} />
              </td>
            </tr>
          ))}
          <tr className={styles.total} data-testid="charges-total">
            <th scope="row">All charges</th>
            <td />
            <td />
            <td className={ui.num}>
              <Money amount={add(...charges.map((charge) => charge.amount))} currency={currency} />
            </td>
          </tr>
        </Table>
      </div>
    </Panel>
  );
}
