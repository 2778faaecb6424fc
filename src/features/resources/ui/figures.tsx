import { isZero, subtract } from '@/domain/money';
import { Change, Money } from '@/ui/money';
import ui from '@/ui/ui.module.css';
import type { SpanCost } from '../resources';
import styles from './resources.module.css';

/** What is not known is a dash, which is not the same as no cost. */
export const Unknown = ({ title = 'Nothing tells what it costs' }: { title?: string }) => (
  <span className={ui.muted} title={title}>
    –
  </span>
);

export function CostCell({ cost, currency }: { cost: Pick<SpanCost, 'now'> | null; currency: string }) {
  return cost ? <Money amount={cost.now} currency={currency} /> : <Unknown />;
}

/** The difference to the span before, which the list is sorted by, and what part of it that is. */
export function MovedCell({ cost, currency }: { cost: SpanCost | null; currency: string }) {
  if (!cost) return <Unknown />;
  if (cost.before === null) return <Unknown title="The days before are not loaded" />;
  const difference = subtract(cost.now, cost.before);
  return (
    <span className={styles.moved}>
      {!isZero(difference) && <Money amount={difference} currency={currency} sign />}
      <Change percent={cost.change} now={cost.now} before={cost.before} />
    </span>
  );
}
