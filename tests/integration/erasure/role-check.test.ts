import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Forbidden, Invalid } from '@/errors';
import { checkRoleGone, CheckRoleGoneInput } from '@/features/erasure/check-role-gone';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { createWorkbench, MANAGEMENT, type Workbench } from '../../support/workbench';
import { rowsWhere } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

async function revoked() {
  const ctx = await bench.newWorkspace();
  const { id, name, externalId } = await bench.connect(ctx);
  const { ticket } = await revokeConnection(ctx, { connectionId: id, confirmation: name });
  return { ctx, id, ticket, externalId };
}

describe('the look for the role after an erasure', () => {
  it('T38 finds it until its stack is deleted, and not any more then', async () => {
    const { ctx, ticket } = await revoked();
    expect(await checkRoleGone(ctx, { ticket })).toEqual({ role: 'still-there' });
    await bench.customer.deleteStack(MANAGEMENT);
    expect(await checkRoleGone(ctx, { ticket })).toEqual({ role: 'gone' });
  });

  it('T38 takes a failure of AWS for no answer', async () => {
    const { ctx, ticket } = await revoked();
    bench.aws.faults.add({ kind: 'reset', service: 'sts' });
    expect(await checkRoleGone(ctx, { ticket })).toEqual({ role: 'unclear' });
  });

  it('T38 writes nothing down of the connection that is erased', async () => {
    const { ctx, id, ticket } = await revoked();
    const before = await rowsWhere(bench, 'connection_id', id);
    await checkRoleGone(ctx, { ticket });
    expect(await rowsWhere(bench, 'connection_id', id)).toEqual(before);
    expect([...before.keys()]).toEqual(['erasure_receipt']);
  });

  it('T38 hands out a ticket in which nothing can be read', async () => {
    const { ticket, externalId } = await revoked();
    for (const text of [ticket, Buffer.from(ticket, 'base64url').toString('latin1')]) {
      expect(text).not.toContain(externalId);
      expect(text).not.toContain(MANAGEMENT);
    }
  });

  it('T38 refuses a ticket that was changed, is another workspace’s, or is older than a day', async () => {
    const { ctx, ticket } = await revoked();
    const asked = bench.aws.log.entries().length;
    for (let index = 0; index < ticket.length; index += 7) {
      const other = ticket[index] === 'A' ? 'B' : 'A';
      const changed = ticket.slice(0, index) + other + ticket.slice(index + 1);
      await expect(checkRoleGone(ctx, { ticket: changed }), `at ${index}`).rejects.toThrow(Invalid);
    }
    await expect(checkRoleGone(ctx, { ticket: 'x' })).rejects.toThrow(Invalid);
    const stranger = await bench.newWorkspace('Other');
    await expect(checkRoleGone(stranger, { ticket })).rejects.toThrow(Invalid);
    bench.clock.advance(86_400_000);
    await expect(checkRoleGone(ctx, { ticket })).rejects.toThrow('has run out');
    expect(bench.aws.log.entries()).toHaveLength(asked);
  });

  it('T38 is an owner’s and an administrator’s alone', async () => {
    const { ctx, ticket } = await revoked();
    for (const role of ['editor', 'viewer'] as const) {
      await expect(checkRoleGone(await bench.ctxAs(ctx, role), { ticket })).rejects.toThrow(Forbidden);
    }
    expect(await checkRoleGone(await bench.ctxAs(ctx, 'admin'), { ticket })).toEqual({ role: 'still-there' });
  });

  it('T38 takes a ticket and nothing else', () => {
    expect(CheckRoleGoneInput.safeParse({ ticket: 'x', externalId: 'mine' }).success).toBe(false);
    expect(CheckRoleGoneInput.safeParse({ ticket: '' }).success).toBe(false);
    expect(CheckRoleGoneInput.safeParse({ ticket: 'x'.repeat(4_001) }).success).toBe(false);
  });
});
