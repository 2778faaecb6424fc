import { formatDateTime } from '@/ui/format';

interface Facts {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly ranges: readonly string[];
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedAddress: string | null;
}

/** A token as its row in a table shows it. */
export const tokenRow = (token: Facts, now: Date) => ({
  ...{ id: token.id, name: token.name, hint: token.hint, ranges: token.ranges },
  expires: token.expiresAt ? formatDateTime(token.expiresAt.toISOString()) : 'Never',
  isExpired: token.expiresAt !== null && token.expiresAt <= now,
  lastUsed: token.lastUsedAt ? formatDateTime(token.lastUsedAt.toISOString()) : 'Never',
  lastAddress: token.lastUsedAddress,
});
