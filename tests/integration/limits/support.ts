import type { Ctx } from '@/context';
import type { Role } from '@/domain/permissions';
import type { Workbench } from '../../support/workbench';

/** A new member who may see these accounts only, as the database itself says at their sign-in. */
export async function limitedTo(
  bench: Workbench,
  ctx: Ctx,
  accounts: readonly string[],
  role: Role = 'viewer',
): Promise<Ctx> {
  const member = await bench.ctxAs(ctx, role);
  if (member.actor.kind !== 'user') throw new Error('A member is a person.');
  const { userId } = member.actor;
  const { owner } = bench.database;
  await owner.query('update membership set all_accounts = false where workspace_id = $1 and user_id = $2', [
    ctx.workspaceId,
    userId,
  ]);
  await owner.query(
    `insert into account_grant (workspace_id, user_id, ref)
     select workspace_id, $2, ref from linked_account where workspace_id = $1 and aws_account_id = any($3)`,
    [ctx.workspaceId, userId, accounts],
  );
  const { rows } = await bench.runtime.db.pool.query<{ accounts: string[] }>(
    'select accounts from workspaces_of_user($1) where workspace_id = $2',
    [userId, ctx.workspaceId],
  );
  const seen = rows[0]?.accounts;
  if (seen?.length !== accounts.length) throw new Error(`They see ${JSON.stringify(seen)}.`);
  return { ...member, actor: { ...member.actor, accounts: seen } };
}

export interface AccountRow {
  readonly id: string;
  readonly ref: string;
  readonly name: string | null;
}

export async function accountRows(bench: Workbench, ctx: Ctx): Promise<AccountRow[]> {
  const { rows } = await bench.database.owner.query<AccountRow>(
    'select aws_account_id as id, ref, name from linked_account where workspace_id = $1 order by 1',
    [ctx.workspaceId],
  );
  return rows;
}

/** Everything by which these accounts could be known. */
export const tracesOf = (rows: readonly AccountRow[], accounts: readonly string[]): string[] =>
  rows
    .filter((row) => accounts.includes(row.id))
    .flatMap((row) => [row.id, row.ref, ...(row.name ? [row.name] : [])]);
