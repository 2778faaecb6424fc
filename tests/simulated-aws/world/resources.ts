// The resources of the simulated accounts. What another part of the simulator needs:
//   inventoryOf(world, accountId).resources   every resource that an account ever has, in a fixed order
//   isAlive(resource, day)                    whether it is there on a day (days since 1970, epochDay of ./clock)
//   resourcesAlive(world, accountId, day)     both at once: what Describe and List calls show
//   billedResourceId(resource)                how line items spell it: a bare id for some types, else the ARN
// `type` is spelled as Resource Explorer does. `id` is what the service's own API calls it (instance id, table name).
// `region` is 'global' for CloudFront, Route 53 and Global Accelerator. `zone` is '' where a type has none.
import { buildSeries, stableHash } from '../cost-explorer/series';
import type { Series } from '../cost-explorer/series';
import type { AccountDefinition, WorldSize } from './accounts';
import { RESOURCE_KINDS } from './resource-kinds';
import { makeResource } from './resource-maker';
import { isSharedBy, poolsOf } from './resource-pools';
import type { World } from './world';

export interface SimResource {
  arn: string;
  id: string;
  type: string;
  name: string;
  accountId: string;
  region: string;
  zone: string;
  /** Days since 1970. The resource is there from this day on. */
  createdDay: number;
  /** The first day on which it is gone. */
  deletedDay: number | null;
  tags: Record<string, string>;
  attributes: Record<string, string | number>;
  relatedArns: string[];
}

export interface Inventory {
  resources: SimResource[];
  /** For every series of the account, in order, the positions of the resources that share its cost; often none. */
  sharers: number[][];
}

export interface InventoryRequest {
  account: AccountDefinition;
  series: readonly Series[];
  seed: string;
  anchorDay: number;
  /** About how many resources the account is to have; it has one for each kind of usage at least. */
  target: number;
}

const TARGETS: Record<WorldSize, number> = { tiny: 40, demo: 1_500, large: 50_000 };
const BILLED_BY_ID = new Set(['ec2:instance', 'ec2:volume', 's3:bucket']);

/** All resources of one account, and which of them share which series. The same request gives the same answer. */
export function resourcesOf({ account, series, seed, anchorDay, target }: InventoryRequest): Inventory {
  if (series.length === 0) return { resources: [], sharers: [] };
  const pools = poolsOf(account, series, target);
  const place = { seed, accountId: account.id, anchorDay };
  const resources: SimResource[] = [];
  const numbers = new Map<string, number>();
  const members = pools.map((pool) =>
    Array.from({ length: pool.count }, (_, index) => {
      const counter = `${pool.kind.type} ${pool.region}`;
      const number = (numbers.get(counter) ?? 0) + 1;
      numbers.set(counter, number);
      return resources.push(makeResource(place, pool, number, index === 0)) - 1;
    }),
  );
  relate(resources, new Set(members.flatMap(([first]) => first ?? [])));
  const sharers = series.map((each) =>
    pools.flatMap((pool, index) => (isSharedBy(pool, each) ? (members[index] ?? []) : [])),
  );
  return { resources, sharers };
}

/** Gives resources the one of their region that they belong to; a volume lives and dies with its instance. */
function relate(resources: readonly SimResource[], lasting: ReadonlySet<number>): void {
  const byPlace = new Map<string, SimResource[]>();
  for (const resource of resources) {
    const place = `${resource.type} ${resource.region}`;
    const neighbours = byPlace.get(place);
    if (neighbours) neighbours.push(resource);
    else byPlace.set(place, [resource]);
  }
  const kinds = new Map(RESOURCE_KINDS.map((kind) => [kind.type, kind]));
  resources.forEach((resource, position) => {
    const kind = kinds.get(resource.type);
    if (kind?.belongsTo === undefined) return;
    const hash = stableHash(resource.arn, 'belongs');
    if (hash / 2 ** 32 >= kind.belonging) return;
    const candidates = byPlace.get(`${kind.belongsTo} ${resource.region}`) ?? [];
    // The first of a pool lasts, so what has to last belongs to the first.
    const owner = candidates[lasting.has(position) ? 0 : hash % candidates.length];
    if (!owner) return;
    resource.relatedArns.push(owner.arn);
    if (resource.type === 'ec2:volume') joinInstance(resource, owner);
  });
}

function joinInstance(volume: SimResource, instance: SimResource): void {
  volume.zone = instance.zone;
  volume.createdDay = instance.createdDay;
  volume.deletedDay = instance.deletedDay;
}

export function isAlive({ createdDay, deletedDay }: SimResource, day: number): boolean {
  return createdDay <= day && (deletedDay === null || day < deletedDay);
}

/** How the line items of a bill spell a resource. */
export function billedResourceId({ type, id, arn }: SimResource): string {
  return BILLED_BY_ID.has(type) ? id : arn;
}

function targetOf(world: World, account: AccountDefinition): number {
  const all = [...world.accounts.values()].reduce((sum, { monthlyDollars }) => sum + monthlyDollars, 0);
  return Math.round((TARGETS[world.size] * account.monthlyDollars) / all);
}

const byWorld = new WeakMap<World, Map<string, Inventory>>();

/** The resources of an account of the world, made once. An account that is not there has none. */
export function inventoryOf(world: World, accountId: string): Inventory {
  const account = world.accounts.get(accountId);
  if (!account) return { resources: [], sharers: [] };
  const { seed, size } = world;
  const { anchorDay } = world.state;
  const known = byWorld.get(world) ?? new Map<string, Inventory>();
  byWorld.set(world, known);
  const key = `${accountId} ${anchorDay}`;
  const inventory =
    known.get(key) ??
    resourcesOf({
      account,
      series: buildSeries(account, size, seed),
      seed,
      anchorDay,
      target: targetOf(world, account),
    });
  known.set(key, inventory);
  return inventory;
}

/** What an account has on a day. A suspended account has nothing that its interfaces would show. */
export function resourcesAlive(world: World, accountId: string, day: number): SimResource[] {
  if (world.accounts.get(accountId)?.isSuspended) return [];
  return inventoryOf(world, accountId).resources.filter((resource) => isAlive(resource, day));
}
