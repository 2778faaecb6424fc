import { Resolver } from 'node:dns/promises';

const TIMEOUT_MS = 3_000;
const PREFIX = 'belvedere-verification=';

/** Where the record belongs and what it says. */
export const recordOf = (domain: string, token: string) => ({
  host: `_belvedere.${domain}`,
  type: 'TXT',
  value: `${PREFIX}${token}`,
});

export type LookUp = 'found' | 'missing' | 'other' | 'unreachable';

const NONE = new Set(['ENOTFOUND', 'ENODATA', 'NOTFOUND', 'NODATA']);

/** Asks the configured DNS servers, or the machine's. `other`: there are records, and ours is not among them. */
export async function lookUpRecord(
  servers: readonly string[] | null,
  domain: string,
  token: string,
): Promise<LookUp> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
  const { host, value } = recordOf(domain, token);
  try {
    if (servers) resolver.setServers(servers);
    const records = (await resolver.resolveTxt(host)).map((chunks) => chunks.join('').trim());
    return records.includes(value) ? 'found' : 'other';
  } catch (error) {
    return NONE.has((error as NodeJS.ErrnoException).code ?? '') ? 'missing' : 'unreachable';
  }
}
