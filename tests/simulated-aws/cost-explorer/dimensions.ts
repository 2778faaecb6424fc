import { AwsError } from '../http/aws-error';
import type { Series } from './series';

export type SeriesReader = (series: Series, accountId: string) => string;

const DIMENSIONS: Record<string, SeriesReader> = {
  SERVICE: (series) => series.service,
  REGION: (series) => series.region,
  LINKED_ACCOUNT: (_series, accountId) => accountId,
  RECORD_TYPE: (series) => series.recordType,
  USAGE_TYPE: (series) => series.usageType || 'NoUsageType',
  OPERATION: (series) => series.operation || 'NoOperation',
  INSTANCE_TYPE: (series) => series.instanceType,
  BILLING_ENTITY: () => 'AWS',
  LEGAL_ENTITY_NAME: () => 'Amazon Web Services, Inc.',
  PURCHASE_TYPE: purchaseType,
};

const TAGS: Record<string, (series: Series) => string> = {
  team: (series) => series.team,
  environment: (series) => series.environment,
};

export const TAG_KEYS = Object.keys(TAGS);

function purchaseType({ recordType }: Series): string {
  if (recordType === 'DiscountedUsage' || recordType === 'RIFee') return 'Standard Reserved Instances';
  return recordType.startsWith('SavingsPlan') ? 'Savings Plans' : 'On Demand Instances';
}

export function validationException(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function readDimension(key: unknown): SeriesReader {
  const reader = typeof key === 'string' && Object.hasOwn(DIMENSIONS, key) ? DIMENSIONS[key] : undefined;
  if (!reader) {
    const allowed = Object.keys(DIMENSIONS).join(', ');
    throw validationException(
      `1 validation error detected: Value '${String(key)}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed}]`,
    );
  }
  return reader;
}

/** A tag's value; the empty string both for untagged and for a tag nobody uses. */
export function readTag(key: unknown): (series: Series) => string {
  if (typeof key !== 'string') throw validationException('Tag key is required');
  return (Object.hasOwn(TAGS, key) ? TAGS[key] : undefined) ?? (() => '');
}
