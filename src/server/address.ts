import { isIP } from 'node:net';
import { runtime } from '@/runtime';

/**
 * The address of the machine that asks, as the first of the operator's own proxies saw it: each appends to x-forwarded-for, so
 * what stands before them is whatever the machine said of itself. What is no address counts as unknown.
 */
export function addressOf(from: Headers): string {
  const hops = from.get('x-forwarded-for')?.split(',') ?? [];
  const hop = hops.at(-runtime().config.trustedProxies)?.trim() ?? '';
  return isIP(hop) === 0 ? 'unknown' : hop;
}
