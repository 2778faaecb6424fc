import { nameOf } from '../errors';
import type { Send } from './types';

export interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  /** Absent or empty after the last page. */
  readonly next: string | undefined;
}

/** All pages of a listing, one call each. */
export async function* paged<C, Item>(
  call: Send<C>,
  action: string,
  page: (client: C, token: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[]> {
  let token: string | undefined;
  do {
    const asked = token;
    const { items, next } = await call((client) => page(client, asked), action);
    if (items && items.length > 0) yield items;
    token = next || undefined;
  } while (token);
}

export function inBatches<T>(values: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < values.length; start += size) batches.push(values.slice(start, start + size));
  return batches;
}

/** The answer, or undefined where the resource went between its listing and this call. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (nameOf(error) === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
