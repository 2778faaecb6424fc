import { sqlInWorkspace, type Db } from '../src/db/client';
import type { Vault } from '../src/vault';

const BATCH = 500;

interface Stored {
  readonly id: string;
  readonly value: string;
}

/** One column of encrypted values, as much of it as one look shows. */
interface Shelf {
  readonly name: string;
  /** At most a batch of values under other keys than `keyId`, of ids after `after`, in order. */
  next(keyId: string, after: string): Promise<Stored[]>;
  /** False where the value is another by now. */
  replace(stored: Stored, value: string): Promise<boolean>;
  /** How many values are under which key. */
  count(): Promise<Map<string, number>>;
}

export interface ShelfReport {
  readonly name: string;
  readonly rewrapped: number;
  /** Changed or removed by somebody else between the look and the write; what took their place is under the server's key. */
  readonly meanwhile: number;
  /** Under a key that is not configured, or not what was stored: left as they are. */
  readonly unreadable: number;
  readonly underKeys: ReadonlyMap<string, number>;
}

const FIRST = '00000000-0000-0000-0000-000000000000';

interface Query {
  query<R extends object>(text: string, values: unknown[]): Promise<{ rows: R[]; rowCount: number | null }>;
}

type Run = <T>(work: (sql: Query) => Promise<T>) => Promise<T>;

interface Column {
  readonly table: string;
  readonly column: string;
  readonly where?: { readonly text: string; readonly value: string };
}

function shelfOf(name: string, run: Run, { table, column, where }: Column): Shelf {
  const own = where ? `and ${where.text} = $1` : 'and $1::text is null';
  const first = where?.value ?? null;
  return {
    name,
    next: (keyId, after) =>
      run(async (sql) => {
        const { rows } = await sql.query<Stored>(
          `select id, ${column} as value from ${table}
           where id > $2 and ${column} is not null and not starts_with(${column}, $3) ${own} order by id limit $4`,
          [first, after, `v1.${keyId}.`, BATCH],
        );
        return rows;
      }),
    replace: (stored, value) =>
      run(async (sql) => {
        const { rowCount } = await sql.query(
          `update ${table} set ${column} = $4 where id = $2 and ${column} = $3 ${own}`,
          [first, stored.id, stored.value, value],
        );
        return rowCount === 1;
      }),
    count: () =>
      run(async (sql) => {
        const { rows } = await sql.query<{ key: string; values: number }>(
          `select split_part(${column}, '.', 2) as key, count(*)::integer as values from ${table}
           where ${column} is not null ${own} group by 1 order by 1`,
          [first],
        );
        return new Map(rows.map((row) => [row.key, row.values]));
      }),
  };
}

async function shelvesOf(db: Db): Promise<Shelf[]> {
  const outside: Run = (work) => work(db.pool);
  const { rows } = await db.pool.query<{ workspace_id: string }>(
    'select workspace_id from workspace_health()',
  );
  return [
    shelfOf('app_user.totp_secret', outside, { table: 'app_user', column: 'totp_secret' }),
    shelfOf('staff_account.totp_secret', outside, { table: 'staff_account', column: 'totp_secret' }),
    ...rows.map(({ workspace_id: workspaceId }) =>
      shelfOf('sso_key.private_key', (work) => sqlInWorkspace(db, workspaceId, 'write', (sql) => work(sql)), {
        table: 'sso_key',
        column: 'private_key',
        where: { text: 'workspace_id::text', value: workspaceId },
      }),
    ),
  ];
}

async function rotateShelf(shelf: Shelf, vault: Vault): Promise<ShelfReport> {
  const seen = { rewrapped: 0, meanwhile: 0, unreadable: 0 };
  for (let after = FIRST; ;) {
    const batch = await shelf.next(vault.keyId, after);
    for (const stored of batch) {
      const value = rewrapped(vault, stored.value);
      if (value === null) seen.unreadable += 1;
      else if (await shelf.replace(stored, value)) seen.rewrapped += 1;
      else seen.meanwhile += 1;
    }
    const last = batch.at(-1);
    if (!last || batch.length < BATCH) return { name: shelf.name, ...seen, underKeys: await shelf.count() };
    after = last.id;
  }
}

function rewrapped(vault: Vault, value: string): string | null {
  try {
    return vault.rewrap(value);
  } catch {
    return null;
  }
}

function add(one: ShelfReport, other: ShelfReport): ShelfReport {
  const underKeys = new Map(one.underKeys);
  for (const [key, values] of other.underKeys) underKeys.set(key, (underKeys.get(key) ?? 0) + values);
  return {
    name: one.name,
    rewrapped: one.rewrapped + other.rewrapped,
    meanwhile: one.meanwhile + other.meanwhile,
    unreadable: one.unreadable + other.unreadable,
    underKeys,
  };
}

/**
 * Puts every encrypted value under the newest key, as the application's own login: Row Level Security is forced on the
 * tables' owner too, who would see no workspace's keys. Safe beside a running server, since a value is replaced only while
 * it is the one that was read.
 */
export async function rotateVault(db: Db, vault: Vault): Promise<ShelfReport[]> {
  const reports = new Map<string, ShelfReport>();
  for (const shelf of await shelvesOf(db)) {
    const report = await rotateShelf(shelf, vault);
    const sofar = reports.get(shelf.name);
    reports.set(shelf.name, sofar ? add(sofar, report) : report);
  }
  return [...reports.values()];
}
