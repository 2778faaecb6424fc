import { randomBytes } from 'node:crypto';
import type { OrganizationAccount } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { passFence, type RunRef } from './fence';

/** The connected account itself and, where AWS lists them, all of its organization. Refs are ours and stand in URLs and views. */
export async function saveLinkedAccounts(
  ctx: Ctx,
  run: RunRef,
  organization: { organizationId: string; accounts: OrganizationAccount[] } | null,
): Promise<void> {
  const accounts = organization?.accounts ?? [];
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    await sql.query('update connection set organization_id = $3 where workspace_id = $1 and id = $2', [
      run.workspaceId,
      run.connectionId,
      organization?.organizationId ?? null,
    ]);
    await sql.query(
      `insert into linked_account (workspace_id, connection_id, aws_account_id, ref, name, status)
       select $1, $2, a.id, a.ref, nullif(btrim(regexp_replace(a.name, '\\s+', ' ', 'g')), ''), a.status
       from unnest($3::text[], $4::text[], $5::text[], $6::text[]) as a (id, ref, name, status)
       on conflict (workspace_id, connection_id, aws_account_id) do update set name = excluded.name, status = excluded.status`,
      [
        run.workspaceId,
        run.connectionId,
        accounts.map((account) => account.accountId),
        accounts.map(newAccountRef),
        accounts.map((account) => account.name),
        accounts.map((account) => account.status),
      ],
    );
    await sql.query(
      `update connection c set name = a.name
       from linked_account a
       where c.workspace_id = $1 and c.id = $2 and c.name = 'AWS ' || c.aws_account_id
         and a.workspace_id = $1 and a.connection_id = $2 and a.aws_account_id = c.aws_account_id and a.name is not null`,
      [run.workspaceId, run.connectionId],
    );
  });
}

function newAccountRef(): string {
  return `a${randomBytes(6).toString('hex')}`;
}

/** Accounts that have cost but stand in no list that AWS gave us: shown by number, told apart by a ref of their own. */
export async function saveUnlistedAccounts(
  sql: Sql,
  run: RunRef,
  accountIds: readonly string[],
): Promise<void> {
  const ids = [...new Set(accountIds)];
  await sql.query(
    `insert into linked_account (workspace_id, connection_id, aws_account_id, ref, status)
     select $1, $2, a.id, a.ref, null from unnest($3::text[], $4::text[]) as a (id, ref)
     on conflict (workspace_id, connection_id, aws_account_id) do nothing`,
    [run.workspaceId, run.connectionId, ids, ids.map(newAccountRef)],
  );
}
