import { createHash } from 'node:crypto';
import type { World, WorldState } from './world';

export type ExportFormat = 'focus-1.2' | 'cur-2.0' | 'cur-legacy';
export type Grain = 'daily' | 'hourly';

/** A billing export as its owner has set it up. */
export interface BillingExport {
  id: string;
  name: string;
  /** The account that owns it and its bucket. */
  ownerId: string;
  format: ExportFormat;
  grain: Grain;
  /** Whether an update replaces the files of a month; else it adds a folder of new ones. */
  overwrite: boolean;
  bucket: string;
  prefix: string;
  region: string;
  /** Accounts whose cost is in it; all that the owner sees when null. */
  accounts: string[] | null;
  /** How many billing periods it has, with the running one. */
  months: number;
  rowsPerFile: number;
  createdAt: string;
}

export type ExportOptions = Partial<Omit<BillingExport, 'id'>>;

/** A later change of a month's cost, in Cost Explorer and in the exports alike. */
export interface Restatement {
  accountId: string;
  /** YYYY-MM. */
  month: string;
  /** `amounts` multiplies every fourth line of usage, `correction` adds a refund on the first of the month. */
  kind: 'amounts' | 'correction';
  factor: number;
  /** Nanodollars of a correction, below nought. */
  nanos: number;
  at: string;
}

export interface RestatementOptions {
  accountId: string;
  month: string;
  kind?: Restatement['kind'];
  factor?: number;
  dollars?: number;
  at?: Date;
}

export const DEMO_EXPORT = 'belvedere-focus';
export const DEMO_BUCKET = 'acme-billing-exports';
export const DEMO_PREFIX = 'exports';
const HISTORY_MONTHS = { tiny: 3, demo: 13, large: 13 };
const ROWS_PER_FILE = 60_000;
const NAME = /^[A-Za-z0-9_-]{1,128}$/;
const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;
const NANOS = 1_000_000_000;

/** An identifier shaped like a UUID that is the same for the same parts. */
export function uuidOf(...parts: string[]): string {
  const digits = createHash('sha256').update(parts.join('\u0000')).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function exportOf(world: World, options: ExportOptions): BillingExport {
  const { name = DEMO_EXPORT, ownerId = world.organization.managementAccountId } = options;
  return {
    id: uuidOf('export', ownerId, name),
    name,
    ownerId,
    format: 'focus-1.2',
    grain: 'daily',
    overwrite: true,
    bucket: DEMO_BUCKET,
    prefix: DEMO_PREFIX,
    region: 'eu-west-1',
    accounts: null,
    months: HISTORY_MONTHS[world.size],
    rowsPerFile: ROWS_PER_FILE,
    createdAt: '2026-01-05T09:00:00.000Z',
    ...options,
  };
}

/** Sets up an export, with its bucket where there is none of that name. One of the same name is replaced. */
export function createExport(world: World, state: WorldState, options: ExportOptions = {}): BillingExport {
  const made = exportOf(world, options);
  if (!NAME.test(made.name)) throw new Error(`${made.name} is no name for an export`);
  if (!world.accounts.has(made.ownerId)) throw new Error(`There is no account ${made.ownerId}`);
  const bucket = state.buckets[made.bucket];
  if (bucket && bucket.ownerId !== made.ownerId)
    throw new Error(`${made.bucket} is another account's bucket`);
  state.buckets[made.bucket] = {
    ...(bucket ?? { ownerId: made.ownerId, isPublic: false, objects: {} }),
    region: made.region,
  };
  state.exports = [...state.exports.filter(({ name }) => name !== made.name), made];
  return made;
}

/** Notes a restatement; the ledger and the exports follow it from then on. */
export function restate(state: WorldState, options: RestatementOptions): Restatement {
  if (!MONTH.test(options.month)) throw new Error(`${options.month} is no month`);
  if (!state.accounts[options.accountId]) throw new Error(`There is no account ${options.accountId}`);
  const made: Restatement = {
    accountId: options.accountId,
    month: options.month,
    kind: options.kind ?? 'amounts',
    factor: options.factor ?? 0.95,
    nanos: -Math.abs(Math.round((options.dollars ?? 12.5) * NANOS)),
    at: (options.at ?? new Date()).toISOString(),
  };
  state.restatements = [...state.restatements, made];
  return made;
}
