import type { Sql } from '@/db/client';
import type { RunRef } from '@/features/syncs/fence';
import type { Examined } from './examine';

interface Overlap {
  name: string;
  source: string;
  provider: string;
  from: string;
  to: string;
}

/** Loaded files with days and a provider of this one: it may be wanted, and it may be the same cost once more. */
export async function overlapsOf(sql: Sql, run: RunRef, examined: Examined): Promise<string[]> {
  if (examined.firstDate === null) return [];
  const { rows } = await sql.query<Overlap>(
    `select distinct f.name, c.name as source, t.provider, greatest(f.first_date, $4) as "from", least(f.last_date, $5) as "to"
     from uploaded_file f
     join connection c on c.workspace_id = f.workspace_id and c.id = f.connection_id and c.revoked_at is null
     cross join lateral jsonb_to_recordset(f.totals) as t (provider text)
     where f.workspace_id = $1 and (f.connection_id, f.id) <> ($2, $3) and f.shelf is not null
       -- An older version of this file goes when this one comes.
       and not exists (select from bucket_object o
         where o.workspace_id = $1 and o.connection_id = $2 and o.next_file_id = $3 and o.file_id = f.id)
       and f.first_date <= $5 and f.last_date >= $4 and t.provider = any($6)
     order by 4, 1 limit 5`,
    [
      ...[run.workspaceId, run.connectionId, run.runId, examined.firstDate, examined.lastDate],
      examined.totals.map((total) => total.provider),
    ],
  );
  return rows.map(
    (one) =>
      `${one.name} in ${one.source} has costs of ${one.provider || 'an unnamed provider'} from ${one.from} to ${one.to} as well. Loading this file adds to them.`,
  );
}
