import { createHash } from 'node:crypto';
import type { AccountDefinition, WorldSize } from '../world/accounts';
import { SERVICES } from './catalogue';
import type { ServiceDefinition, UsageKind } from './catalogue-builders';
import { REGION_PREFIXES, footprintOf } from './profiles';
import type { Footprint } from './profiles';
import { BEDROCK, CORE_SERVICES, EC2_COMPUTE, RDS, S3 } from './service-names';

export type RecordType =
  | 'Usage'
  | 'SavingsPlanCoveredUsage'
  | 'SavingsPlanNegation'
  | 'SavingsPlanRecurringFee'
  | 'DiscountedUsage'
  | 'RIFee'
  | 'Credit'
  | 'Refund'
  | 'Tax'
  | 'Support';

/** One kind of line item of one account: everything but the day and the amount. */
export interface Series {
  service: string;
  region: string;
  usageType: string;
  operation: string;
  recordType: RecordType;
  instanceType: string;
  team: string;
  environment: string;
  unit: string;
  /** Dollars per unit. */
  rate: number;
  /** Dollars a day in November 2026. */
  daily: number;
  weekendDip: number;
  /** Chance that a day has a line item at all. */
  density: number;
  hash: number;
}

export const SAVINGS_PLANS = 'Savings Plans for AWS Compute usage';
const GLOBAL = 'global';
const NO_REGION = 'NoRegion';
const NO_INSTANCE = 'NoInstanceType';
const TEAMS = ['checkout', 'search', 'platform', 'data', 'payments', 'mobile'];
const DAYS_PER_MONTH = 30.44;
const TAX_RATE = 0.064;

export function stableHash(...parts: string[]): number {
  return createHash('sha256').update(parts.join('\u0000')).digest().readUInt32LE(0);
}

function chance(...parts: string[]): number {
  return stableHash(...parts) / 2 ** 32;
}

function seriesOf(
  seed: string,
  account: string,
  given: Omit<Series, 'hash' | 'density'> & { density?: number },
): Series {
  const { service, region, usageType, operation, recordType } = given;
  return {
    density: 1,
    ...given,
    hash: stableHash(seed, account, service, region, usageType, operation, recordType),
  };
}

export function buildSeries(account: AccountDefinition, size: WorldSize, seed: string): Series[] {
  if (account.monthlyDollars === 0) return [];
  const place = footprintOf(account);
  const services = SERVICES.filter(({ name }) => isUsed(name, account, place, size, seed));
  const usage = services.flatMap((service) => usageSeries(service, account, place, seed));
  const total = usage.reduce((sum, series) => sum + series.daily, 0);
  const dollarsPerDay = account.monthlyDollars / DAYS_PER_MONTH;
  for (const series of usage) series.daily *= dollarsPerDay / total;
  return [...usage, ...smallThings(account, place, seed), ...extraCharges(account, place, seed)];
}

function isUsed(
  service: string,
  account: AccountDefinition,
  place: Footprint,
  size: WorldSize,
  seed: string,
): boolean {
  if (size === 'tiny') return CORE_SERVICES.has(service);
  if (CORE_SERVICES.has(service) || place.emphasis[service]) return true;
  return chance(seed, account.id, 'uses', service) >= place.sparsity;
}

function usageSeries(
  service: ServiceDefinition,
  account: AccountDefinition,
  place: Footprint,
  seed: string,
): Series[] {
  const regions: [string, number][] = service.scope === 'global' ? [[GLOBAL, 1]] : place.regions;
  const emphasis = place.emphasis[service.name] ?? 1;
  return regions.flatMap(([region, regionShare]) =>
    service.usage.flatMap((kind) => {
      const spread = 0.6 + 0.8 * chance(seed, account.id, service.name, region, kind.type);
      const daily = service.weight * emphasis * regionShare * kind.share * spread;
      return oneUsage(service, kind, region, daily, account, place, seed);
    }),
  );
}

function oneUsage(
  service: ServiceDefinition,
  kind: UsageKind,
  region: string,
  daily: number,
  account: AccountDefinition,
  place: Footprint,
  seed: string,
): Series[] {
  const prefix =
    kind.bare || (region === 'us-east-1' && kind.type.startsWith('TimedStorage'))
      ? ''
      : REGION_PREFIXES[region];
  const teamIndex = stableHash(seed, account.id, service.name, kind.type) % (TEAMS.length + 2);
  const base = {
    service: service.name,
    region,
    usageType: prefix ? `${prefix}-${kind.type}` : kind.type,
    operation: kind.operation,
    instanceType: kind.instanceType ?? NO_INSTANCE,
    team: TEAMS[teamIndex] ?? '',
    environment: teamIndex > TEAMS.length ? '' : place.environment,
    unit: kind.unit,
    rate: kind.rate,
    weekendDip: service.weekendDip,
  };
  const make = (recordType: RecordType): Series => seriesOf(seed, account.id, { ...base, daily, recordType });
  if (service.name === EC2_COMPUTE && place.hasSavingsPlan) {
    return [
      make('Usage'),
      { ...make('SavingsPlanCoveredUsage'), daily: 0 },
      { ...make('SavingsPlanNegation'), daily: 0 },
    ];
  }
  if (service.name === RDS && place.hasReservations && kind.type === 'InstanceUsage:db.r6g.xlarge') {
    return [make('DiscountedUsage'), { ...make('RIFee'), daily: 0, team: '', environment: '' }];
  }
  return [make('Usage')];
}

/** Free tiers, rounding dust and rarely used services: what makes real bills long. */
function smallThings(account: AccountDefinition, place: Footprint, seed: string): Series[] {
  const region = place.regions[0]?.[0] ?? 'us-east-1';
  const prefix = REGION_PREFIXES[region] ?? '';
  const row = (
    service: string,
    type: string,
    operation: string,
    unit: string,
    rate: number,
    daily: number,
    density = 1,
  ): Series =>
    seriesOf(seed, account.id, {
      service,
      region,
      usageType: `${prefix}-${type}`,
      operation,
      recordType: 'Usage',
      instanceType: NO_INSTANCE,
      team: '',
      environment: '',
      unit,
      rate,
      daily,
      weekendDip: 0,
      density,
    });
  return [
    row(
      'AWS Key Management Service',
      'us-east-1-KMS-Requests',
      'Unknown',
      'Requests',
      0.000003,
      0.000_000_021,
      0.4,
    ),
    row(S3, 'Requests-Tier8', 'ReadBucketMetadata', 'Requests', 0.000_000_1, 0.000_004_7, 0.7),
    row('AWS Lambda', 'Request-ARM', 'Invoke', 'Requests', 0, 0, 0.9),
    row('AWS Lambda', 'Lambda-GB-Second-ARM', 'Invoke', 'Lambda-GB-Second', 0.0000133334, 0.006_851_3, 0.6),
    row(S3, 'DataTransfer-In-Bytes', 'PutObject', 'GB', 0, 0),
  ];
}

function extraCharges(account: AccountDefinition, place: Footprint, seed: string): Series[] {
  const { monthlyDollars } = account;
  const charge = (
    recordType: RecordType,
    service: string,
    usageType: string,
    daily: number,
    density = 1,
  ): Series =>
    seriesOf(seed, account.id, {
      service,
      region:
        recordType === 'Credit' || recordType === 'Refund' ? (place.regions[0]?.[0] ?? NO_REGION) : NO_REGION,
      usageType,
      operation: '',
      recordType,
      instanceType: NO_INSTANCE,
      team: '',
      environment: '',
      unit: 'N/A',
      rate: 0,
      daily,
      weekendDip: 0,
      density,
    });
  const extras = [charge('Tax', 'Tax', '', monthlyDollars * TAX_RATE)];
  if (place.hasSavingsPlan)
    extras.push(charge('SavingsPlanRecurringFee', SAVINGS_PLANS, 'ComputeSP:1yrNoUpfront', 0));
  if (account.profile === 'management') {
    extras.push(charge('Support', 'AWS Support (Enterprise)', 'Dollar', Math.max(29, monthlyDollars * 0.4)));
  }
  if (account.profile === 'standalone') {
    extras.push(charge('Support', 'AWS Support (Business)', 'Dollar', Math.max(100, monthlyDollars * 0.03)));
  }
  if (account.profile === 'production')
    extras.push(charge('Credit', EC2_COMPUTE, 'BoxUsage', -monthlyDollars * 0.0007));
  if (account.profile === 'sandbox')
    extras.push(charge('Credit', BEDROCK, 'InputTokenCount', -monthlyDollars * 0.004));
  if (account.profile === 'data' || account.profile === 'staging') {
    extras.push(charge('Refund', S3, 'Requests-Tier1', -monthlyDollars * 0.002, 0.012));
  }
  return extras;
}
