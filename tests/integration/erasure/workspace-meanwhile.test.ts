import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { startConnection } from '@/features/connections/start-connection';
import { signUp } from '@/features/auth/sign-up';
import type { ReceiptBody } from '@/features/erasure/receipt';
import { deleteWorkspace } from '@/features/workspaces/delete-workspace';
import { tablesThatHold } from '../../support/database-text';
import { actorOf, createWorkbench, STAGING, STANDALONE, type Workbench } from '../../support/workbench';
import { DEVICE } from '../../support/open-session';
import { holdTable } from '../syncs/hold';
import { waitUntil } from '../syncs/wait-until';
import { countsWhere, isGenuine } from './support';

const PASSWORD = 'a long enough password';
const rightInput = { confirmation: 'Lovelace Analytics' };

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

async function newOwner(): Promise<Ctx> {
  const input = {
    name: 'Ada',
    workspace: 'Lovelace Analytics',
    email: 'ada@example.org',
    password: PASSWORD,
  };
  const { userId, workspaceId } = await signUp(bench.runtime, input, DEVICE);
  return { ...bench.runtime, workspaceId, actor: actorOf(userId, 'owner') };
}

/** Nobody can erase the connection until it is released. */
async function holdErasure(id: string): Promise<() => Promise<void>> {
  const client = await bench.database.owner.connect();
  await client.query('select pg_advisory_lock(hashtextextended($1::text, 3))', [id]);
  return async () => {
    await client.query('select pg_advisory_unlock_all()');
    client.release();
  };
}

const isHidden = async (id: string) => {
  const { rowCount } = await bench.database.owner.query(
    'select from connection where id = $1 and revoked_at is not null',
    [id],
  );
  return rowCount === 1;
};

describe('a connection that is begun while its workspace is deleted', () => {
  it('T77 leaves nothing, however far it got', async () => {
    const ctx = await newOwner();
    const first = await bench.connect(ctx, { account: STAGING });
    const release = await holdErasure(first.id);
    const deleting = deleteWorkspace(ctx, rightInput);
    await waitUntil(() => isHidden(first.id));
    const pending = await bench.start(ctx, { account: '200000000001' });
    const { connection } = await bench.connectAndSync(ctx, { account: STANDALONE });
    expect((await countsWhere(bench, 'workspace_id', ctx.workspaceId))['charge']).toBeGreaterThan(1_000);
    await release();
    const receipt = await deleting;

    expect(await countsWhere(bench, 'workspace_id', ctx.workspaceId)).toEqual({});
    const texts = [
      ...[ctx.workspaceId, first.id, pending.id, connection.id, STAGING, STANDALONE, '200000000001'],
      ...[first, pending, connection].map((one) => one.externalId),
    ];
    expect(await tablesThatHold(bench.database.owner, texts)).toEqual([]);
    expect(isGenuine(bench, receipt)).toBe(true);
    const { rows, stays } = JSON.parse(receipt.body) as ReceiptBody;
    expect(rows.find((row) => row.table === 'charge')?.before).toBeGreaterThan(1_000);
    expect(rows.find((row) => row.table === 'aws_account_claim')?.before).toBe(2);
    expect(rows.filter((row) => row.after > 0)).toEqual([]);
    // What it says that stays is what stays.
    expect(stays).toMatch(/^One tombstone .* sign-in attempts for 15 minutes.* digest of each ExternalId/);
    const left = await bench.database.owner.query(
      `select (select count(*)::int from tombstone) as tombstones, (select count(*)::int from external_id_issued) as digests,
         (select count(*) > 0 from login_throttle) as attempts, (select count(*)::int from app_user) as people`,
    );
    expect(left.rows).toEqual([{ tombstones: 1, digests: 3, attempts: true, people: 0 }]);
    const { rows: counts } = await bench.database.owner.query('select counts from tombstone');
    expect(counts).toEqual([{ counts: { connections: 3, people: 1 } }]);
  });

  it('T77 is refused from the moment that the workspace’s own rows go', async () => {
    const ctx = await newOwner();
    await bench.start(ctx, { account: STAGING });
    const hold = await holdTable(bench, 'tombstone');
    const deleting = deleteWorkspace(ctx, rightInput);
    await hold.reached();
    const starting = startConnection(ctx, { account: STANDALONE, groups: [] }).then(
      () => 'begun',
      () => 'refused',
    );
    await waitUntil(async () => {
      const { rowCount } = await bench.database.owner.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike 'insert into "public"."connection"%'`,
      );
      return (rowCount ?? 0) > 0;
    });
    await hold.release();
    await deleting;
    expect(await starting).toBe('refused');
    expect(await tablesThatHold(bench.database.owner, [ctx.workspaceId, STANDALONE])).toEqual([]);
  });
});
