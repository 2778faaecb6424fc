import { footprintOf } from '../cost-explorer/profiles';
import type { Series } from '../cost-explorer/series';
import type { AccountDefinition } from './accounts';
import { ALWAYS_THERE, RESOURCE_KINDS } from './resource-kinds';
import type { ResourceKind, Usage } from './resource-kinds';

/** Resources of one kind and region that were made for the same usage. */
export interface Pool {
  kind: ResourceKind;
  region: string;
  instanceType: string;
  team: string;
  environment: string;
  count: number;
}

const OF_RESOURCES = new Set(['Usage', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation', 'DiscountedUsage']);

const fits = (usages: readonly Usage[], { service, usageType }: Series): boolean =>
  usages.some(([name, pattern]) => name === service && pattern.test(usageType));

/** Whether the resources of a pool share the cost of a series. */
export function isSharedBy(pool: Pool, series: Series): boolean {
  if (!OF_RESOURCES.has(series.recordType) || pool.region !== series.region) return false;
  if (fits(pool.kind.shares, series)) return true;
  return fits(pool.kind.makes, series) && pool.instanceType === instanceTypeOf(pool.kind, series);
}

const instanceTypeOf = (kind: ResourceKind, series: Series): string =>
  kind.byInstanceType ? series.instanceType : '';

/** The pools of an account, with about `target` resources in all and one in each at least. */
export function poolsOf(account: AccountDefinition, series: readonly Series[], target: number): Pool[] {
  const paid = paidPools(series);
  const shares = new Map(footprintOf(account).regions);
  const weights = paid.map(({ kind, region }) => kind.many * (shares.get(region) ?? 0.5));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rest = Math.max(0, target - paid.length);
  weights.forEach((weight, index) => {
    const pool = paid[index];
    if (pool) pool.count += Math.round((rest * weight) / total);
  });
  return [...paid, ...freePools(paid, account)];
}

function paidPools(series: readonly Series[]): Pool[] {
  const pools = new Map<string, Pool>();
  for (const each of series) {
    if (!OF_RESOURCES.has(each.recordType)) continue;
    const kind = RESOURCE_KINDS.find(({ makes }) => fits(makes, each));
    if (!kind) continue;
    const { region, team, environment } = each;
    const instanceType = instanceTypeOf(kind, each);
    const key = `${kind.type} ${region} ${instanceType}`;
    if (!pools.has(key)) pools.set(key, { kind, region, instanceType, team, environment, count: 1 });
  }
  return [...pools.values()];
}

const FREE_INSTANCE_TYPES: Record<string, string> = {
  'elasticache:cluster': 'cache.t4g.micro',
  'es:domain': 't3.small.search',
  'redshift:cluster': 'ra3.large',
};

/** One resource of every type that is always there, where no usage asked for it. */
function freePools(paid: readonly Pool[], account: AccountDefinition): Pool[] {
  const there = new Set(paid.map(({ kind }) => kind.type));
  const { regions, environment } = footprintOf(account);
  const home = regions[0]?.[0] ?? 'us-east-1';
  return RESOURCE_KINDS.filter(({ type }) => ALWAYS_THERE.includes(type) && !there.has(type)).map((kind) => ({
    kind,
    region: kind.type === 'cloudfront:distribution' ? 'global' : home,
    instanceType: FREE_INSTANCE_TYPES[kind.type] ?? '',
    team: 'platform',
    environment,
    count: 1,
  }));
}
