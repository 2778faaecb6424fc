import { may, requirePermission, requireUser, withTransaction, type Ctx } from '@/context';

export interface TokenLine {
  readonly id: string;
  readonly kind: 'personal' | 'service';
  readonly name: string;
  /** Such as "bvd_pat_…x7Qk". */
  readonly hint: string;
  readonly isOwn: boolean;
  /** Whose it is; null for a service token, and for somebody whose account is gone. */
  readonly person: string | null;
  /** Of a service token; a personal one has its person's. */
  readonly role: string | null;
  readonly scopes: readonly string[];
  readonly ranges: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedAddress: string | null;
}

/** One's own tokens, and with 'token:write' everybody's and those of services. Newest first. */
export async function listTokens(ctx: Ctx): Promise<TokenLine[]> {
  requirePermission(ctx, 'token:own');
  const { userId } = requireUser(ctx);
  const own = may(ctx.actor, 'token:write') ? {} : { userId };
  return withTransaction(ctx, async (tx) => {
    const rows = await tx.apiToken.findMany({
      where: { workspaceId: ctx.workspaceId, kind: { in: ['personal', 'service'] }, ...own },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    });
    const people = await tx.appUser.findMany({
      where: { id: { in: rows.flatMap((row) => row.userId ?? []) } },
      select: { id: true, email: true },
    });
    const emails = new Map(people.map((person) => [person.id, person.email]));
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind === 'service' ? 'service' : 'personal',
      name: row.name,
      hint: row.hint,
      isOwn: row.userId === userId,
      person: row.userId ? (emails.get(row.userId) ?? null) : null,
      role: row.kind === 'service' ? row.role : null,
      scopes: row.scopes,
      ranges: row.addressRanges,
      createdAt: row.createdAt,
      expiresAt: row.expiresAt,
      lastUsedAt: row.lastUsedAt,
      lastUsedAddress: row.lastUsedAddress,
    }));
  });
}
