import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { erasedTables, keptTables } from '@/features/erasure/erased-tables';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { tablesThatHold } from '../../support/database-text';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { tablesWith } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const ROLE_ARN = `arn:aws:iam::${MANAGEMENT}:role/BelvedereReadOnly`;
const ORGANIZATION = 'o-a1c9x7k2mq';
const NAMES = ['Acme Group', 'acme-production', 'acme-staging'];

/** Columns by which a row belongs to a connection or to an AWS account. */
const TELLING = [
  'connection_id',
  'aws_account_id',
  'sub_account_id',
  'role_arn',
  'external_id',
  'organization_id',
];

/** The id that an identity provider gives its groups has the same name as our own of a role. */
const OF_NO_CONNECTION = ['scim_group'];

/** Tables that tell of a connection, or of an account of AWS, and that no erasure knows. */
async function forgottenTables(): Promise<string[]> {
  const known = new Set<string>([
    ...erasedTables.map(({ table }) => table),
    ...keptTables,
    ...OF_NO_CONNECTION,
  ]);
  return (await tablesWith(bench, TELLING)).filter((table) => !known.has(table));
}

describe('the whole database after a revocation', () => {
  it('T36 holds nothing any more of the account, its organization, its role and its ExternalId', async () => {
    const ctx = await bench.newWorkspace('The workspace');
    const { connection } = await bench.connectAndSync(ctx);
    const texts = {
      accounts: [MANAGEMENT, PRODUCTION, STAGING],
      role: [ROLE_ARN, 'arn:aws:iam'],
      externalId: [connection.externalId],
      names: NAMES,
      organization: [ORGANIZATION],
    };
    // First that the search finds what it looks for.
    for (const [what, list] of Object.entries(texts)) {
      for (const text of list) {
        expect(await tablesThatHold(bench.database.owner, [text]), `${what} ${text}`).not.toEqual([]);
      }
    }
    await revokeConnection(ctx, { connectionId: connection.id, confirmation: connection.name });
    for (const [what, list] of Object.entries(texts)) {
      expect(await tablesThatHold(bench.database.owner, list), what).toEqual([]);
    }
  });

  it('T36 holds nothing either of a connection that never became one, nor of one that failed', async () => {
    const ctx = await bench.newWorkspace('The workspace');
    const pending = await bench.start(ctx, { account: PRODUCTION });
    await bench.verify(ctx, pending.id);
    const failed = await bench.connect(ctx);
    await bench.customer.setPermissions(MANAGEMENT, ['organizations:*']);
    await bench.sync(ctx, failed.id);
    await bench.customer.deleteStack(MANAGEMENT);
    for (const { id } of [pending, failed]) {
      const { name } = await bench.verify(ctx, id);
      await revokeConnection(ctx, { connectionId: id, confirmation: name });
    }
    const texts = [MANAGEMENT, PRODUCTION, pending.externalId, failed.externalId, 'arn:aws', ...NAMES];
    expect(await tablesThatHold(bench.database.owner, texts)).toEqual([]);
  });

  it('T36 holds the connection’s id in its receipt, the audit trail and queues alone', async () => {
    const ctx = await bench.newWorkspace('The workspace');
    const { connection } = await bench.connectAndSync(ctx);
    await revokeConnection(ctx, { connectionId: connection.id, confirmation: connection.name });
    expect(await tablesThatHold(bench.database.owner, [connection.id])).toEqual([
      'pgboss.job',
      'public.audit_event',
      'public.erasure_receipt',
    ]);
  });
});

describe('the catalogue', () => {
  it('T37 has no table of a connection that the erasure does not know', async () => {
    expect(await forgottenTables()).toEqual([]);
    const tables = await tablesWith(bench, ['id', 'connection_id', 'workspace_id']);
    expect(tables).toEqual(expect.arrayContaining(erasedTables.map(({ table }) => table)));
  });

  it.each([
    'create table stray (connection_id uuid)',
    'create table stray (workspace_id uuid, aws_account_id text)',
    'create table stray (shelf integer, sub_account_id text) partition by list (shelf)',
  ])('T37 would tell of a new one: %s', async (statement) => {
    await bench.database.owner.query(statement);
    expect(await forgottenTables()).toEqual(['stray']);
    await bench.database.owner.query('drop table stray');
  });
});
