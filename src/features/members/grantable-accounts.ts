import { requirePermission, withSql, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { NotFound, PreconditionFailed } from '@/errors';
import { canBeLimited } from './authority';

export interface GrantableAccount {
  /** Our own ref; an account that two connections bring has two, and this is the first. */
  readonly ref: string;
  readonly refs: readonly string[];
  readonly name: string | null;
  readonly awsAccountId: string;
}

/** The linked accounts of the workspace that somebody can be limited to, each once, by name. */
export async function listGrantableAccounts(ctx: Ctx): Promise<GrantableAccount[]> {
  requirePermission(ctx, 'member:write');
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<{ id: string; refs: string[]; name: string | null }>(
      `select l.aws_account_id as id, array_agg(l.ref order by l.ref) as refs, max(coalesce(l.label, l.name)) as name
       from linked_account l
       join connection c on c.workspace_id = l.workspace_id and c.id = l.connection_id and c.revoked_at is null
       where l.workspace_id = $1
       group by l.aws_account_id order by max(coalesce(l.label, l.name)) nulls last, l.aws_account_id`,
      [ctx.workspaceId],
    );
    return rows.map((row) => ({
      ref: row.refs[0] ?? '',
      refs: row.refs,
      name: row.name,
      awsAccountId: row.id,
    }));
  });
}

/**
 * All refs of the accounts that are meant, so that an account stays visible whichever connection brings it. Throws
 * NotFound for a ref that is not of this workspace, and PreconditionFailed for a role that sees all accounts.
 */
export async function grantsOf(
  tx: Tx,
  workspaceId: string,
  given: { role: string; accounts: readonly string[] | null },
): Promise<string[] | null> {
  if (given.accounts === null) return null;
  if (!canBeLimited(given.role)) {
    throw new PreconditionFailed(
      'Owners and admins see all accounts. Make the person an editor or a viewer first.',
    );
  }
  const wanted = [...new Set(given.accounts)];
  const named = await tx.linkedAccount.findMany({
    where: { workspaceId, ref: { in: wanted } },
    select: { awsAccountId: true },
  });
  if (named.length !== wanted.length) throw new NotFound('linked account');
  const all = await tx.linkedAccount.findMany({
    where: { workspaceId, awsAccountId: { in: named.map((account) => account.awsAccountId) } },
    select: { ref: true },
    orderBy: { ref: 'asc' },
  });
  return all.map((account) => account.ref);
}
