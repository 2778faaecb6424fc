const holder = globalThis as typeof globalThis & { belvedereProcess?: Map<string, unknown> };

/**
 * One value for the whole process. What a module keeps for itself is kept once for each bundle that it is part of, of which a server
 * has several: what all of them have to agree on is kept here.
 */
export function processWide<T>(name: string, make: () => T): T {
  const kept = (holder.belvedereProcess ??= new Map());
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name) as T;
}
