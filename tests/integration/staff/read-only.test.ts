import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { may, type Ctx } from '@/context';
import { staffPermissions, type Permission } from '@/domain/permissions';
import { AppError } from '@/errors';
import { enterAsStaff } from '@/features/staff/visit';
import { createView } from '@/features/views/views';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { HERE, hire, letIn } from './support';

let bench: Workbench;
let staff: Ctx;
let ids: Record<string, string>;

beforeAll(async () => {
  bench = await createWorkbench();
  const owner = await bench.newWorkspace('Acme');
  const { connection } = await bench.connectAndSync(owner);
  const { id: viewId } = await createView(owner, { name: 'All', query: '' });
  const sam = await hire(bench);
  const accessId = await letIn(sam, owner);
  const { rows } = await bench.database.owner.query<{ user_id: string }>('select user_id from membership');
  ids = {
    connectionId: connection.id,
    viewId,
    accessId,
    userId: rows[0]?.user_id ?? '',
    confirmation: connection.name,
  };
  const ctx = await enterAsStaff(bench.runtime, { token: sam.token, path: '/overview', address: HERE });
  if (!ctx) throw new Error('They were not let in.');
  staff = ctx;
});
afterAll(() => bench.close());

const ROOT = path.resolve('src');
const filesUnder = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));

interface Verb {
  readonly name: string;
  readonly file: string;
  /** What its own text requires; undefined where it requires none by name. */
  readonly permission: Permission | undefined;
  /** The name of its second parameter where that is a plain text, such as connectionId. */
  readonly text: string | undefined;
}

/** Every function of a feature that pages, actions and routes import and that takes a context, with its permission. */
function verbsOfTheApp(): Verb[] {
  const found = new Map<string, Verb>();
  for (const page of filesUnder(path.join(ROOT, 'app'))) {
    const text = readFileSync(page, 'utf8');
    for (const [, names = '', from = ''] of text.matchAll(
      /import \{([^}]+)\} from '@\/(features\/[^']+)'/g,
    )) {
      if (from.includes('/ui/')) continue;
      const file = path.join(ROOT, `${from}.ts`);
      const source = readFileSync(file, 'utf8');
      for (const name of names.split(',').map((one) => one.trim())) {
        const start = source.search(
          new RegExp(`export (async )?function ${name}(<[^>]+>)?\\(\\s*ctx: Ctx\\b`),
        );
        if (start < 0) continue;
        const body = source.slice(start, source.indexOf('\n}\n', start));
        const permission = /requirePermission\(ctx, '([\w:]+)'\)/.exec(body)?.[1] as Permission | undefined;
        const plain = /^[^)]*?ctx: Ctx,\s*(\w+): string\b/.exec(body)?.[1];
        found.set(`${from} ${name}`, { name, file, permission, text: plain });
      }
    }
  }
  return [...found.values()];
}

/** Answers every field with an id that exists, so that whatever is not refused goes on to its row. */
const anyInput = () =>
  new Proxy({} as Record<string, unknown>, {
    get: (_target, key) => (typeof key === 'string' ? (ids[key] ?? crypto.randomUUID()) : undefined),
  });

/** What the trail says in their name beside the looking itself: that they took something away is no change either. */
async function deeds(): Promise<string[]> {
  const { rows } = await bench.database.owner.query<{ action: string }>(
    `select distinct action from audit_event where actor_kind = 'staff' and action not like 'staff.%' order by action`,
  );
  return rows.map((row) => row.action);
}

/** Every table but the trail. */
async function contents(): Promise<Record<string, string>> {
  const { rows: tables } = await bench.database.owner.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = 'public'
       and c.relname not in ('audit_event', 'audit_head')`,
  );
  const entries = tables.map(async ({ name }) => {
    const { rows } = await bench.database.owner.query<{ sum: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' order by t::text)), '') as sum from ${name} t`,
    );
    return [name, rows[0]?.sum ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const forStaff = [
  // What their own banner says.
  'readVisit',
  // Shows what readConnection shows, which asks for connection:read.
  'readProgress',
  // The address of the AWS console, from the configuration alone.
  'stacksUrl',
];

describe('staff who look in', () => {
  it('may look and do nothing else', () => {
    for (const permission of ['cost:read', 'view:read', 'connection:read', 'ledger:read'] as const) {
      expect(may(staff.actor, permission)).toBe(true);
    }
    expect(staffPermissions.filter((permission) => !permission.endsWith(':read'))).toEqual([]);
    for (const permission of [
      'staff:decide',
      'workspace:write',
      'member:read',
      'audit:read',
      'token:own',
    ] as const) {
      expect(may(staff.actor, permission)).toBe(false);
    }
  });

  it('are refused by every verb that a page or an action calls, but for those that show', async () => {
    const verbs = verbsOfTheApp();
    // Were the import lines written differently, nothing would be found, and nothing tested.
    expect(verbs.map((verb) => verb.name)).toEqual(
      expect.arrayContaining([
        'createView',
        'startConnection',
        'revokeConnection',
        'deleteWorkspace',
        'listConnections',
      ]),
    );
    const before = await contents();
    const open: string[] = [];
    const shown: string[] = [];
    for (const verb of verbs) {
      const module = (await import(verb.file)) as Record<string, (ctx: Ctx, ...input: unknown[]) => unknown>;
      const input = verb.text === undefined ? anyInput() : (ids[verb.text] ?? crypto.randomUUID());
      const outcome = await (async () => module[verb.name]?.(staff, input, anyInput()))().then(
        () => 'done',
        (error: unknown) => (error instanceof AppError ? error.code : 'broken'),
      );
      const shows = verb.permission !== undefined && staffPermissions.includes(verb.permission);
      if (!shows && outcome !== 'forbidden' && !forStaff.includes(verb.name))
        open.push(`${verb.name}: ${outcome}`);
      if (outcome === 'done') shown.push(verb.name);
    }
    expect(open).toEqual([]);
    expect(shown).toEqual(expect.arrayContaining(['listConnections', 'readConnection', 'listViews']));
    expect(await contents()).toEqual(before);
    for (const action of await deeds()) expect(['export.downloaded', 'view.opened']).toContain(action);
  });
});
