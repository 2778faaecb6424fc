import type { Amount } from '@/domain/money';
import { compare } from '@/domain/money';
import { formatMoney } from './format';
import styles from './ui.module.css';

interface Props {
  readonly amount: Amount;
  readonly currency: string;
  readonly sign?: boolean;
  readonly whole?: boolean;
}

/** A figure to the cent; the exact one is in its title. */
export function Money({ amount, currency, sign, whole }: Props) {
  return (
    <span className={styles.num} title={`Exactly ${amount} ${currency}`}>
      {formatMoney(amount, currency, { ...(sign ? { sign } : {}), ...(whole ? { whole } : {}) })}
    </span>
  );
}

/** More cost points up and is red, less points down and is green; the arrow says it without the colour. */
export function Change({
  percent,
  now,
  before,
}: {
  percent: string | null;
  now: Amount;
  before: Amount | null;
}) {
  if (before === null) return <span className={styles.change}>–</span>;
  const direction = compare(now, before);
  if (percent === null) return <span className={styles.change}>{direction === 0 ? '–' : 'new'}</span>;
  const text = percent.replace('-', '');
  return (
    <span className={styles.change} data-direction={direction > 0 ? 'up' : direction < 0 ? 'down' : 'none'}>
      <span aria-hidden="true">{direction > 0 ? '▲' : direction < 0 ? '▼' : '='}</span>
      <span className={styles.visuallyHidden}>{direction > 0 ? 'up ' : direction < 0 ? 'down ' : ''}</span>
      {text}%
    </span>
  );
}
