import { requirePermission, withSql, type Ctx } from '@/context';

export interface AccountLine {
  readonly ref: string;
  readonly id: string;
  /** As AWS or the bill calls it; null where nobody does. */
  readonly name: string | null;
  readonly label: string;
  readonly group: string;
  readonly connection: string;
}

/** Every linked account of the connections that are not revoked, by group and name. */
export async function listAccounts(ctx: Ctx): Promise<AccountLine[]> {
  requirePermission(ctx, 'tag:write');
  return withSql(ctx, 'read', async (sql) => {
    const { rows } = await sql.query<AccountLine>(
      `select a.ref, a.aws_account_id as id, a.name, coalesce(a.label, '') as label, coalesce(a.account_group, '') as group,
         c.name as connection
       from linked_account a join connection c on c.workspace_id = a.workspace_id and c.id = a.connection_id
       where a.workspace_id = $1 and c.revoked_at is null
       order by lower(coalesce(a.account_group, '~')), lower(coalesce(a.label, a.name, a.aws_account_id)), a.aws_account_id`,
      [ctx.workspaceId],
    );
    return rows;
  });
}
