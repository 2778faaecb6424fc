import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '@/db/migrate';
import { createDatabase, type TestDatabase } from '../../support/database';

// A file of its own: the schema engine can be opened once in a process.
let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

describe('the login of the application', () => {
  it('is refused where it is above Row Level Security', async () => {
    const migrating = migrate(database.ownerUrl, database.ownerUrl);
    await expect(migrating).rejects.toThrow('above Row Level Security');
  });
});
