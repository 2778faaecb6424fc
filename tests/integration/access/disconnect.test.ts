import { setTimeout as sleep } from 'node:timers/promises';
import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withSql, type Ctx } from '@/context';
import { eraseConnection } from '@/features/erasure/erase-connection';
import { readReceipt } from '@/features/erasure/read-receipt';
import { hideConnections, revokeConnection } from '@/features/erasure/revoke-connection';
import { requestSync } from '@/features/syncs/request-sync';
import { runSync } from '@/features/syncs/run-sync';
import { trustPolicy } from '../../support/customer';
import { tablesThatHold } from '../../support/database-text';
import { createWorkbench, MANAGEMENT, type Workbench } from '../../support/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

interface AuditRow {
  readonly action: string;
  readonly actor_kind: string;
  readonly detail: Record<string, unknown>;
}

async function auditOf(ctx: Ctx, connectionId: string): Promise<AuditRow[]> {
  const { rows } = await bench.database.owner.query<AuditRow>(
    'select action, actor_kind, detail from audit_event where workspace_id = $1 and subject_id = $2 order by at, action',
    [ctx.workspaceId, connectionId],
  );
  return rows;
}

describe('the audit trail', () => {
  it('T19 tells of the issue, every probe, the refusal, the proof, the loss and the end', async () => {
    const ctx = await bench.newWorkspace();
    const { id, externalId, name } = await bench.start(ctx);
    await bench.launchStack(ctx, id);
    const trust = await bench.customer.trustOf(MANAGEMENT);
    const step = async (work: () => Promise<unknown>) => {
      bench.clock.advance(1_000);
      await work();
    };
    await step(() => bench.customer.setTrust(MANAGEMENT, trustPolicy(null)));
    await step(() => bench.verify(ctx, id));
    await step(() => bench.customer.setTrust(MANAGEMENT, trust));
    await step(() => bench.verify(ctx, id));
    await step(() => bench.customer.deleteStack(MANAGEMENT));
    await step(() => bench.verify(ctx, id));
    await step(() => revokeConnection(ctx, { connectionId: id, confirmation: name }));

    const rows = await auditOf(ctx, id);
    expect(rows.map((row) => `${row.actor_kind} ${row.action}`)).toEqual([
      'user connection.issued',
      'system connection.probed',
      'system connection.refused',
      'system connection.activated',
      'system connection.probed',
      'system connection.failed',
      'system connection.probed',
      'user connection.erased',
      'user connection.revoked',
    ]);
    expect(rows.filter((row) => row.action === 'connection.probed').map((row) => row.detail)).toEqual([
      { right: 'allowed', without: 'allowed', wrong: 'allowed', verdict: 'refused' },
      { right: 'allowed', without: 'denied', wrong: 'denied', verdict: 'proven' },
      { right: 'denied', without: 'denied', wrong: 'denied', verdict: 'waiting' },
    ]);
    const trail = JSON.stringify(rows);
    for (const text of [MANAGEMENT, externalId, 'arn:aws']) expect(trail).not.toContain(text);
  });

  it('T19 cannot be changed or shortened by the application', async () => {
    const ctx = await bench.newWorkspace();
    await bench.start(ctx);
    const { pool } = bench.runtime.db;
    for (const statement of [
      "update audit_event set action = 'x'",
      'delete from audit_event',
      'truncate audit_event',
    ]) {
      await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
  });
});

const untilSent = async (count: number) => {
  while (bench.aws.log.entries().filter((entry) => entry.service === 'ce').length < count) await sleep(5);
};

/** A sync that is on its way, slowly enough to be caught. */
async function startSlowSync(ctx: Ctx): Promise<{ id: string; externalId: string; running: Promise<void> }> {
  const { id, externalId } = await bench.connect(ctx);
  bench.aws.faults.add({ kind: 'latency', service: 'ce', ms: 40 });
  const worker = bench.asWorker(ctx);
  const { runId } = await requestSync(worker, { connectionId: id });
  const running = runSync(worker, { connectionId: id, runId });
  return { id, externalId, running };
}

describe('a revocation', () => {
  // Early, while the first totals are asked for; in the middle; and between windows that are loaded already.
  it.each([1, 3, 6, 9, 12, 15, 18, 21])(
    'T20 stops a sync that has sent %i requests, and leaves nothing of it',
    async (sent) => {
      const ctx = await bench.newWorkspace();
      const { id, externalId, running } = await startSlowSync(ctx);
      await untilSent(sent);
      const { name } = await bench.connection(ctx, id);
      await revokeConnection(ctx, { connectionId: id, confirmation: name });
      await expect(running).resolves.toBeUndefined();

      const calls = bench.aws.log.entries().length;
      await expect(bench.sync(ctx, id)).rejects.toMatchObject({ code: 'not-found' });
      expect(bench.aws.log.entries()).toHaveLength(calls);
      const traces = [externalId, MANAGEMENT, 'BelvedereReadOnly'];
      expect(await tablesThatHold(bench.database.owner, traces)).toEqual([]);
      expect(await tablesThatHold(bench.database.owner, [id])).toEqual([
        'pgboss.job',
        'public.audit_event',
        'public.erasure_receipt',
      ]);
      expect(bench.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
    },
  );

  it('T20 sends nothing more with the credentials of the sync that it stopped', async () => {
    const ctx = await bench.newWorkspace();
    const { id, running } = await startSlowSync(ctx);
    await untilSent(4);
    const { name } = await bench.connection(ctx, id);
    await revokeConnection(ctx, { connectionId: id, confirmation: name });
    const atRevocation = bench.aws.log.entries().length;
    await running;
    // At most the requests that were on their way, one for each of the four that run side by side.
    expect(bench.aws.log.entries().length - atRevocation).toBeLessThanOrEqual(4);
  });

  it('T20 ends a sync quietly that fails between the revocation and the erasure', async () => {
    const ctx = await bench.newWorkspace();
    const { id, running } = await startSlowSync(ctx);
    await untilSent(2);
    // As after a crash of the process that revokes: access has ended, the rows are still there.
    await withSql(ctx, 'write', (sql) => hideConnections(ctx, sql, [id]));
    bench.aws.faults.add({ kind: 'denied', service: 'ce' });
    await expect(running).resolves.toBeUndefined();
    expect(bench.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
    await eraseConnection(bench.asWorker(ctx), { connectionId: id });
    expect((await readReceipt(ctx, id)).content.rows.every((row) => row.after === 0)).toBe(true);
  });

  it('T20 signs a receipt that counts every row before, and none after', async () => {
    const ctx = await bench.newWorkspace();
    const { connection } = await bench.connectAndSync(ctx);
    await revokeConnection(ctx, { connectionId: connection.id, confirmation: connection.name });
    const receipt = await readReceipt(ctx, connection.id);
    const key = createPublicKey(bench.runtime.signer.publicKeyPem);
    const signature = Buffer.from(receipt.signature, 'base64');
    expect(verify(null, Buffer.from(receipt.body), key, signature)).toBe(true);
    expect(verify(null, Buffer.from(`${receipt.body} `), key, signature)).toBe(false);
    const counts = new Map(receipt.content.rows.map((row) => [row.table, row]));
    expect(counts.get('charge')?.before).toBeGreaterThan(1_000);
    expect(receipt.content.rows.map((row) => row.after)).toEqual(receipt.content.rows.map(() => 0));
  });

  it('T20 is for owners and admins, of one workspace, and needs the name', async () => {
    const ctx = await bench.newWorkspace();
    const other = await bench.newWorkspace('Other');
    const { id, name } = await bench.start(ctx);
    const input = { connectionId: id, confirmation: name };
    for (const role of ['editor', 'viewer'] as const) {
      const member = await bench.ctxAs(ctx, role);
      await expect(revokeConnection(member, input)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(revokeConnection(other, input)).rejects.toMatchObject({ code: 'not-found' });
    const misspelt = revokeConnection(ctx, { ...input, confirmation: `${name}.` });
    await expect(misspelt).rejects.toMatchObject({ code: 'invalid' });
    await revokeConnection(await bench.ctxAs(ctx, 'admin'), input);
    await expect(revokeConnection(ctx, input)).rejects.toMatchObject({ code: 'not-found' });
  });
});
