import type { Calls, ClientSettings, Closable, CollectedResource, Collector, Place, Send } from './types';

type Scalar = string | number | boolean | bigint | Date;
type Element<T> = NonNullable<T> extends readonly (infer E)[] ? NonNullable<E> : NonNullable<T>;
/**
 * `State.Name` and the like: a single value in an answer, through lists and up to three levels deep. Whole objects
 * have no path, so that nothing AWS adds to one later slips in; a map of tags is a value.
 */
export type FieldPath<T, Depth extends unknown[] = []> = Depth['length'] extends 3
  ? never
  : {
      [K in keyof T & string]: Element<T[K]> extends Scalar
        ? K
        : string extends keyof Element<T[K]>
          ? K
          : `${K}.${FieldPath<Element<T[K]>, [...Depth, 0]>}`;
    }[keyof T & string];

/** What a mapping says of one item; the rest follows from the collector and the place. */
export interface Mapped {
  readonly arn: string;
  readonly id: string;
  /** The Name tag stands first; this is the name without one. The id where absent. */
  readonly name?: string | undefined;
  readonly type?: string;
  readonly region?: string;
  readonly createdAt?: Date | undefined;
  readonly state?: string | undefined;
  readonly tags?: Record<string, string>;
  readonly attributes?: Record<string, string | number | boolean | undefined>;
  readonly relatedArns?: readonly string[];
}

interface Definition<C extends Closable, Item extends object> {
  readonly type: string;
  readonly covers?: readonly string[];
  readonly service: string;
  readonly client: (settings: ClientSettings) => C;
  readonly actions: readonly string[];
  readonly tags: Collector['tags'];
  list(call: Send<C>, place: Place): AsyncGenerator<readonly Item[]>;
  readonly keeps: readonly FieldPath<Item>[];
  /** Null for what is no resource of its own, or is gone. */
  map(item: Item, place: Place): Mapped | null;
}

function kept(value: unknown, paths: readonly string[]): unknown {
  if (paths.includes('')) return value;
  if (Array.isArray(value)) return value.map((one) => kept(one, paths));
  if (typeof value !== 'object' || value === null) return undefined;
  const source = new Map<string, unknown>(Object.entries(value));
  const target: Record<string, unknown> = {};
  for (const name of new Set(paths.map((path) => path.split('.', 1)[0] ?? ''))) {
    const inner = paths.filter((path) => path === name || path.startsWith(`${name}.`));
    if (source.has(name)) {
      target[name] = kept(
        source.get(name),
        inner.map((path) => path.slice(name.length + 1)),
      );
    }
  }
  return target;
}

/** The item with the named fields alone. */
export function keepOnly<Item extends object>(item: Item, paths: readonly string[]): Item {
  // Every field of an answer may be absent, so a part of it has the same type.
  return kept(item, paths) as Item;
}

function present(values: Mapped['attributes'] = {}): CollectedResource['attributes'] {
  const found: CollectedResource['attributes'] = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) found[name] = value;
  return found;
}

function resourceOf(mapped: Mapped, type: string, place: Place): CollectedResource {
  const tags = mapped.tags ?? {};
  return {
    arn: mapped.arn,
    id: mapped.id,
    type: mapped.type ?? type,
    name: tags['Name'] || mapped.name || mapped.id,
    region: mapped.region ?? place.region,
    accountId: place.accountId,
    createdAt: mapped.createdAt ?? null,
    state: (mapped.state ?? '').toLowerCase(),
    tags,
    attributes: present(mapped.attributes),
    relatedArns: mapped.relatedArns ?? [],
  };
}

/** A collector from its declaration: lists, drops all fields that are not kept, maps, page by page. */
export function defineCollector<C extends Closable, Item extends object>(
  definition: Definition<C, Item>,
): Collector {
  const { type, covers = [type], service, actions, tags, keeps } = definition;
  async function* pages(calls: Calls, place: Place) {
    const call = calls.sendTo(service, definition.client);
    for await (const items of definition.list(call, place)) {
      yield items.flatMap((item) => {
        const mapped = definition.map(keepOnly(item, keeps), place);
        return mapped ? [resourceOf(mapped, type, place)] : [];
      });
    }
  }
  return { type, covers, service, actions, tags, keeps, pages };
}
