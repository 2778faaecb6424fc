import type { Cell, Column } from './aggregate';
import { validationException } from './dimensions';
import { formatNanos, formatQuantity } from './money';

interface Metric {
  column: Column;
  /** Sizes of instances are not simulated, so normalised amounts are always nought. */
  isZero?: boolean;
}

const METRICS: Record<string, Metric> = {
  BlendedCost: { column: 'unblended' },
  UnblendedCost: { column: 'unblended' },
  AmortizedCost: { column: 'amortized' },
  NetUnblendedCost: { column: 'unblended' },
  NetAmortizedCost: { column: 'amortized' },
  UsageQuantity: { column: 'quantity' },
  NormalizedUsageAmount: { column: 'quantity', isZero: true },
};

/** `BLENDED_COST` and `BlendedCost` name the same metric. */
function canonicalName(value: unknown): string {
  const text = String(value);
  if (!/^[A-Z_]+$/.test(text)) return text;
  return text
    .toLowerCase()
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

export function readMetrics(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) throw validationException('Metrics must not be empty');
  const names = value.map(canonicalName);
  const unknown = names.find((name) => !Object.hasOwn(METRICS, name));
  if (unknown !== undefined) {
    throw validationException(`Metric ${unknown} is not one of ${Object.keys(METRICS).join(', ')}`);
  }
  return [...new Set(names)];
}

export function columnsOf(metrics: readonly string[]): Column[] {
  return [...new Set(metrics.map((name) => METRICS[name]?.column ?? 'unblended'))];
}

export function metricValues(
  metrics: readonly string[],
  cell: Cell | undefined,
): Record<string, { Amount: string; Unit: string }> {
  const values: Record<string, { Amount: string; Unit: string }> = {};
  for (const name of metrics) {
    const metric = METRICS[name] ?? { column: 'unblended' };
    const amount = metric.isZero ? 0 : (cell?.sums[metric.column] ?? 0);
    values[name] =
      metric.column === 'quantity'
        ? { Amount: formatQuantity(amount), Unit: cell?.unit ?? 'N/A' }
        : { Amount: formatNanos(amount), Unit: 'USD' };
  }
  return values;
}
