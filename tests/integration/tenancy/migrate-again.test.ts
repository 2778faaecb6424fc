import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '@/db/migrate';
import { createDatabase, type TestDatabase } from '../../support/database';

// A file of its own: the schema engine can be opened once in a process.
let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

describe('migrating again', () => {
  it('applies nothing and leaves what is there', async () => {
    const before = await database.owner.query('select count(*) from pg_class');
    expect(await migrate(database.ownerUrl, database.appUrl)).toEqual([]);
    expect((await database.owner.query('select count(*) from pg_class')).rows).toEqual(before.rows);
  });
});
