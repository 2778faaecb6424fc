import type pg from 'pg';

/** Tables of no workspace; what they hold is documented with the models of prisma/schema.prisma. */
export const GLOBAL_TABLES = [
  '_prisma_migrations',
  'app_user',
  'auth_session',
  'external_id_issued',
  'login_throttle',
  'tombstone',
];

/** Unique across all workspaces on purpose: one AWS account is claimed once. */
const GLOBALLY_UNIQUE = ['aws_account_claim_pkey'];

/** The column that says of which workspace a row is. */
const keyOf = (table: string) => (table === 'workspace' ? 'id' : 'workspace_id');

interface TableRow {
  readonly name: string;
  readonly secured: boolean;
  readonly forced: boolean;
  readonly columns: string[];
  readonly policies: {
    name: string;
    command: string;
    roles: string[];
    using: string | null;
    check: string | null;
  }[];
}

const TABLES = `
  select c.relname as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
    (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    coalesce((select json_agg(json_build_object('name', p.policyname, 'command', p.cmd, 'roles', p.roles, 'using', p.qual, 'check', p.with_check))
      from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname), '[]') as policies
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  order by 1`;

interface ConstraintRow {
  readonly name: string;
  readonly table_name: string;
  readonly target: string | null;
  readonly columns: string[];
  readonly target_columns: string[] | null;
}

const names = (relation: string, keys: string) =>
  `(select array_agg(a.attname::text order by k.ordinality) from unnest(${keys}) with ordinality k
    join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.k)`;

const FOREIGN_KEYS = `
  select o.conname as name, o.conrelid::regclass::text as table_name, o.confrelid::regclass::text as target,
    ${names('o.conrelid', 'o.conkey')} as columns, ${names('o.confrelid', 'o.confkey')} as target_columns
  from pg_constraint o join pg_class c on c.oid = o.conrelid
  where o.contype = 'f' and o.connamespace = 'public'::regnamespace and not c.relispartition`;

const UNIQUE_INDEXES = `
  select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as table_name, null as target,
    ${names('i.indrelid', 'i.indkey::int2[]')} as columns, null as target_columns
  from pg_index i join pg_class c on c.oid = i.indrelid
  where i.indisunique and c.relnamespace = 'public'::regnamespace and not c.relispartition`;

const OF_WORKSPACE =
  /^\((?:workspace_id|id) = \(NULLIF\(current_setting\('app\.workspace_id'::text, true\), ''::text\)\)::uuid\)$/;

function policyProblems(table: TableRow): string[] {
  const problems: string[] = [];
  if (!table.secured) problems.push(`${table.name}: Row Level Security is off`);
  if (!table.forced) problems.push(`${table.name}: Row Level Security does not bind the owner`);
  const own = table.policies.filter((policy) => policy.roles.includes('public'));
  if (own.length !== 1) problems.push(`${table.name}: has ${own.length} policies for everyone, not one`);
  for (const policy of own) {
    const isExact =
      policy.command === 'ALL' && policy.check === null && OF_WORKSPACE.test(policy.using ?? '');
    if (!isExact || !policy.using?.startsWith(`(${keyOf(table.name)} = `)) {
      problems.push(`${table.name}: policy ${policy.name} is not the one of a workspace`);
    }
  }
  for (const policy of table.policies.filter((one) => !own.includes(one))) {
    const isSystem = policy.command === 'SELECT' && policy.roles.join() === 'belvedere_system';
    if (!isSystem) problems.push(`${table.name}: policy ${policy.name} opens it to ${policy.roles.join()}`);
  }
  return problems;
}

export async function tenantTables(owner: pg.Pool): Promise<string[]> {
  const { rows } = await owner.query<TableRow>(TABLES);
  return rows.map((row) => row.name).filter((name) => !GLOBAL_TABLES.includes(name));
}

/** Everything in the catalogue that would let one workspace see or touch another's rows; nothing when all is well. */
export async function checkTenancy(owner: pg.Pool): Promise<string[]> {
  const problems: string[] = [];
  const { rows: tables } = await owner.query<TableRow>(TABLES);
  for (const table of tables) {
    if (GLOBAL_TABLES.includes(table.name)) continue;
    if (!table.columns.includes(keyOf(table.name)))
      problems.push(`${table.name}: has no ${keyOf(table.name)}`);
    problems.push(...policyProblems(table));
  }
  const isGlobal = (name: string) => GLOBAL_TABLES.includes(name);
  const { rows: keys } = await owner.query<ConstraintRow>(FOREIGN_KEYS);
  for (const key of keys) {
    if (isGlobal(key.table_name) && isGlobal(key.target ?? '')) continue;
    const target = key.target ?? '';
    if (key.columns[0] !== keyOf(key.table_name) || key.target_columns?.[0] !== keyOf(target)) {
      problems.push(`${key.name}: a foreign key that does not begin with the workspace`);
    }
  }
  const { rows: indexes } = await owner.query<ConstraintRow>(UNIQUE_INDEXES);
  for (const index of indexes) {
    if (isGlobal(index.table_name) || GLOBALLY_UNIQUE.includes(index.name)) continue;
    if (index.columns[0] !== keyOf(index.table_name)) {
      problems.push(`${index.name}: a unique index that does not begin with the workspace`);
    }
  }
  for (const table of tables) {
    if (isGlobal(table.name)) continue;
    if (!indexes.some((index) => index.table_name === table.name))
      problems.push(`${table.name}: has no primary key`);
  }
  return problems;
}
