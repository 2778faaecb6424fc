import type pg from 'pg';

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'm') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname not like 'pg\\_%'
  order by 1`;

/** Every table, queues included, in which one of the texts stands anywhere; looks as the owner, so beneath all policies. */
export async function tablesThatHold(owner: pg.Pool, texts: readonly string[]): Promise<string[]> {
  const { rows: tables } = await owner.query<{ name: string }>(TABLES);
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await owner.query<{ holds: boolean }>(
      `select exists (select from ${name} t where exists (select from unnest($1::text[]) s where position(s in t::text) > 0)) as holds`,
      [texts],
    );
    if (rows[0]?.holds) found.push(name);
  }
  return found;
}
