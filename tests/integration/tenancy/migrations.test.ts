import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '@/db/migrate';
import { shelvedTables } from '@/features/connections/shelves';
import { openSchemaEngine } from '@/db/schema-engine';
import { createDatabase, type TestDatabase } from '../../support/database';

/** Made by hand in a migration, since Prisma knows no partitions. */
const HAND_MADE: readonly string[] = [...shelvedTables, 'staged_charge', '_prisma_migrations'];

/** Columns, indexes and constraints, one line each, as PostgreSQL itself writes them. */
const SHAPE = `
  select c.relname as of_table, format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    case when a.attnotnull then ' not null' end, ' default ' || pg_get_expr(d.adbin, d.adrelid)) as line
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  union all
  select tablename, indexdef from pg_indexes where schemaname = 'public'
  union all
  select conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
  where connamespace = 'public'::regnamespace and contype in ('f', 'p', 'u', 'c')`;

async function shapeOf(owner: pg.Pool): Promise<string[]> {
  const { rows } = await owner.query<{ of_table: string; line: string }>(SHAPE);
  const isShelf = (table: string) =>
    /^(charge\w*|tag_set|tag_group|resource|resource_cost|resource_day|line_item)_s\d+$/.test(table);
  return rows
    .filter(({ of_table }) => !HAND_MADE.includes(of_table) && !isShelf(of_table))
    .map(({ line }) => line)
    .sort();
}

let migrated: TestDatabase;
let described: TestDatabase;
beforeAll(async () => {
  [migrated, described] = [await createDatabase(), await createDatabase({ isBlank: true })];
});
afterAll(() => Promise.all([migrated.drop(), described.drop()]));

describe('the migrations', () => {
  it('make what schema.prisma describes, and the cost tables beside it', async () => {
    const content = await readFile('prisma/schema.prisma', 'utf8');
    const engine = await openSchemaEngine(described.ownerUrl, content);
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    engine.free();
    await described.owner.query(stdout ?? '');
    const shape = await shapeOf(described.owner);
    expect(shape.length).toBeGreaterThan(150);
    expect(await shapeOf(migrated.owner)).toEqual(shape);
  });

  it('applied again change nothing and leave what is there', async () => {
    const before = await shapeOf(migrated.owner);
    const relations = await migrated.owner.query('select count(*) from pg_class');
    for (let time = 0; time < 2; time += 1) {
      expect(await migrate(migrated.ownerUrl, migrated.appUrl)).toEqual([]);
    }
    expect(await shapeOf(migrated.owner)).toEqual(before);
    expect((await migrated.owner.query('select count(*) from pg_class')).rows).toEqual(relations.rows);
  });

  it('make no login for the application that is above Row Level Security', async () => {
    const migrating = migrate(migrated.ownerUrl, migrated.ownerUrl);
    await expect(migrating).rejects.toThrow('above Row Level Security');
  });
});
