import { formatCount } from '@/ui/format';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['az', 'AZ'],
  ['vpc', 'VPC'],
  ['iops', 'IOPS'],
]);

const PARTS = /GiB|MiBps|[A-Z]?[a-z0-9]+|[A-Z]+/g;

/** The name of an attribute as people write it: `storageGiBPerNode` is "Storage GiB per node", `isEncrypted` "Encrypted". */
export function attributeLabel(name: string): string {
  const parts = name.replace(/^is(?=[A-Z])/, '').match(PARTS) ?? [name];
  const words = parts.map((part) =>
    part === 'GiB' || part === 'MiBps' ? part : (WORDS.get(part.toLowerCase()) ?? part.toLowerCase()),
  );
  const text = words.join(' ');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export function attributeText(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string') return value || '–';
  return Number.isSafeInteger(value) && value >= 0 ? formatCount(value) : String(value);
}

/**
 * A quantity to two decimals, or three digits where it is less than one; it is exact in the title beside it.
 * `quantity` is a decimal as text, in the unit that stands after it.
 */
export function formatQuantity(quantity: string): string {
  const value = Number(quantity);
  if (!Number.isFinite(value)) return quantity;
  return value.toLocaleString(
    'en',
    Math.abs(value) < 1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 },
  );
}

/** Services whose ARNs begin with the id itself. */
const WITHOUT_KIND: ReadonlySet<string> = new Set(['s3', 'sns', 'sqs', 'execute-api', 'codepipeline']);
/** In front of the id, what kind of resource it is: `cluster/j-1`, `log-group:/aws/lambda/api`. Its type says so in plain words. */
const KIND = /^[a-z][A-Za-z0-9-]*[:/](?=.)/;

/**
 * A resource by its name, or by the part of its id that tells it from others: the rest of an ARN says where and what it is.
 * Source: IAM user guide, "Identify AWS resources with Amazon Resource Names".
 */
export function resourceName({ name, id }: { readonly name: string; readonly id: string }): string {
  if (name !== '') return name;
  if (!id.startsWith('arn:')) return id;
  const [, , service = '', , , ...rest] = id.split(':');
  const own = rest.join(':');
  return (WITHOUT_KIND.has(service) ? own : own.replace(KIND, '')) || id;
}
