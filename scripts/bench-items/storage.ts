import pg from 'pg';

export interface StorageFigures {
  readonly part: string;
  readonly rows: number;
  readonly bytes: number;
}

const PARTS: readonly (readonly [part: string, tables: string])[] = [
  ['line items', '^line_item_s'],
  ['kinds, tags, resources', '^(charge_kind|tag_set|tag_group|resource)_s'],
  ['costs of resources', '^resource_cost_s'],
  ['daily totals by tag', '^charge_month_tag_s'],
  ['daily totals and rollups', '^charge(_daily|_daily_by|_monthly_by)?_s'],
];

/** Bytes of tables and of indexes, part by part. */
export async function storage(ownerUrl: string): Promise<StorageFigures[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const found: StorageFigures[] = [];
    for (const [part, tables] of PARTS) {
      const { rows } = await client.query<{ heap: string; indexes: string; rows: string }>(
        `select coalesce(sum(pg_table_size(oid)), 0) as heap, coalesce(sum(pg_indexes_size(oid)), 0) as indexes,
           coalesce(sum(greatest(reltuples, 0)), 0)::bigint as rows
         from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname ~ $1`,
        [tables],
      );
      const one = rows[0];
      found.push({ part, rows: Number(one?.rows), bytes: Number(one?.heap) });
      found.push({ part: `${part}: indexes`, rows: Number(one?.rows), bytes: Number(one?.indexes) });
    }
    return found;
  } finally {
    await client.end();
  }
}
