import type pg from 'pg';

/** Tables of no workspace; what they hold is documented with the models of prisma/schema.prisma. */
export const GLOBAL_TABLES = [
  '_prisma_migrations',
  'app_user',
  'auth_session',
  'external_id_issued',
  'local_mail',
  'login_throttle',
  'passkey',
  'rate_count',
  'recovery_code',
  'staff_account',
  'staff_review',
  'staff_session',
  'tombstone',
  'user_token',
  'webauthn_challenge',
];

/** Unique across all workspaces on purpose: one AWS account, and one domain, is claimed once. */
const GLOBALLY_UNIQUE = ['aws_account_claim_pkey', 'domain_claim_pkey'];

/** A bill may hold the same line twice. */
const WITHOUT_KEY = ['line_item'];

/** The column that says of which workspace a row is. */
const keyOf = (table: string) => (table === 'workspace' ? 'id' : 'workspace_id');

interface TableRow {
  readonly name: string;
  readonly secured: boolean;
  readonly forced: boolean;
  readonly columns: string[];
  readonly policies: {
    name: string;
    permissive: string;
    command: string;
    roles: string[];
    using: string | null;
    check: string | null;
  }[];
}

const TABLES = `
  select c.relname as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
    (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    coalesce((select json_agg(json_build_object('name', p.policyname, 'permissive', p.permissive, 'command', p.cmd, 'roles', p.roles, 'using', p.qual, 'check', p.with_check))
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

const IS_ANYBODY = `( SELECT (COALESCE(current_setting('app.accounts'::text, true), ''::text) = ''::text))`;
const ofAccounts = (column: string) =>
  `(${IS_ANYBODY} OR (${column} = ANY (( SELECT string_to_array(current_setting('app.accounts'::text, true), ','::text) AS string_to_array)::text[])))`;

/** What takes rows away from people who may see some linked accounts only, word for word as the catalogue has it. */
const RESTRICTIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['charge', 'charge_daily', 'control_total', 'sync_fetch', 'staged_charge'],
      ...['covered_month', 'charge_kind', 'resource', 'resource_cost', 'tag_group', 'charge_month_tag'],
      ...['resource_day', 'resource_cost_fetch'],
    ].map((table) => [table, ofAccounts('sub_account_id')]),
  ),
  ...Object.fromEntries(
    ['linked_account', 'access_ledger'].map((table) => [table, ofAccounts('aws_account_id')]),
  ),
  ...Object.fromEntries(
    [
      ...['charge_daily_by', 'charge_monthly_by', 'cost_forecast', 'erasure_receipt'],
      ...[
        'connection',
        'aws_account_claim',
        'sync_run',
        'billing_export',
        'billing_period',
        'inventory_listing',
        'reported_tag',
        'cost_tag',
        'cost_tag_listing',
        'uploaded_file',
        'uploaded_chunk',
        'file_bucket',
        'bucket_object',
        'tag_set',
        'line_item',
      ],
    ].map((table) => [table, IS_ANYBODY]),
  ),
};

/** The functions of belvedere_system tell of a connection what everybody may know. */
const boundRole = (table: string) =>
  [
    'connection',
    'billing_export',
    'billing_period',
    'inventory_listing',
    'reported_tag',
    'cost_tag',
    'cost_tag_listing',
    'uploaded_file',
    'uploaded_chunk',
    'file_bucket',
    'bucket_object',
    'tag_set',
    'line_item',
  ].includes(table)
    ? 'belvedere_app'
    : 'public';

const withoutSpace = (text: string) => text.replace(/\s+/g, '');

/** A restrictive policy takes away and never gives; exactly the known ones are there. */
function restrictionProblems({ name, policies }: TableRow): string[] {
  const problems: string[] = [];
  const wanted = RESTRICTIONS[name];
  const taking = policies.filter((policy) => policy.name === 'of_accounts');
  if (wanted && taking.length !== 1) problems.push(`${name}: has no policy of accounts`);
  for (const policy of policies) {
    if (policy.name !== 'of_accounts') {
      if (policy.permissive !== 'PERMISSIVE') problems.push(`${name}: policy ${policy.name} is not known`);
      continue;
    }
    if (policy.permissive !== 'RESTRICTIVE') problems.push(`${name}: policy of_accounts is not restrictive`);
    const isExact =
      wanted !== undefined &&
      policy.command === 'ALL' &&
      policy.check === null &&
      policy.roles.join() === boundRole(name) &&
      withoutSpace(policy.using ?? '') === withoutSpace(wanted);
    if (!isExact) problems.push(`${name}: policy of_accounts is not the one that is known`);
  }
  return problems;
}

function policyProblems(table: TableRow): string[] {
  const problems: string[] = [];
  if (!table.secured) problems.push(`${table.name}: Row Level Security is off`);
  if (!table.forced) problems.push(`${table.name}: Row Level Security does not bind the owner`);
  problems.push(...restrictionProblems(table));
  const giving = table.policies.filter((policy) => policy.permissive === 'PERMISSIVE');
  const own = giving.filter((policy) => policy.roles.includes('public'));
  if (own.length !== 1) problems.push(`${table.name}: has ${own.length} policies for everyone, not one`);
  for (const policy of own) {
    const isExact =
      policy.command === 'ALL' && policy.check === null && OF_WORKSPACE.test(policy.using ?? '');
    if (!isExact || !policy.using?.startsWith(`(${keyOf(table.name)} = `)) {
      problems.push(`${table.name}: policy ${policy.name} is not the one of a workspace`);
    }
  }
  for (const policy of giving.filter((one) => !own.includes(one))) {
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
    if (isGlobal(table.name) || WITHOUT_KEY.includes(table.name)) continue;
    if (!indexes.some((index) => index.table_name === table.name))
      problems.push(`${table.name}: has no primary key`);
  }
  return problems;
}
