import { isZero, subtract } from '@/domain/money';
import { Change, Money } from '@/ui/money';
import ui from '@/ui/ui.module.css';
import type { CostSource, SpanCost } from '../resources';
import styles from './resources.module.css';

/** What is not known is a dash, which is not the same as no cost. */
export const Unknown = ({ title = 'Nothing tells what it costs' }: { title?: string }) => (
  <span className={ui.muted} title={title}>
    –
  </span>
);

interface CellProps<T> {
  readonly cost: T | null;
  readonly currency: string;
  /** What tells the cost of the resource, if anything does. */
  readonly source?: CostSource | null;
}

/** Why a span of a resource is not known. */
export const unknownWords = (source: CostSource | null | undefined) =>
  source === 'cost-explorer' ? 'Cost Explorer tells the last 14 days alone' : 'Nothing tells what it costs';

export function CostCell({ cost, currency, source }: CellProps<Pick<SpanCost, 'now'>>) {
  return cost ? <Money amount={cost.now} currency={currency} /> : <Unknown title={unknownWords(source)} />;
}

/** The difference to the span before, which the list is sorted by, and what part of it that is. */
export function MovedCell({ cost, currency, source }: CellProps<SpanCost>) {
  if (!cost) return <Unknown title={unknownWords(source)} />;
  if (cost.before === null) return <Unknown title="The days before are not loaded" />;
  const difference = subtract(cost.now, cost.before);
  return (
    <span className={styles.moved}>
      {!isZero(difference) && <Money amount={difference} currency={currency} sign />}
      <Change percent={cost.change} now={cost.now} before={cost.before} />
    </span>
  );
}
