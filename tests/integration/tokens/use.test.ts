import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { may, requirePermission, type Ctx } from '@/context';
import { Forbidden, LimitReached, Unauthenticated } from '@/errors';
import { authenticateToken, isTokenAlive, requestLimits } from '@/features/tokens/authenticate-token';
import { createToken } from '@/features/tokens/create-token';
import { endToken } from '@/features/tokens/end-token';
import { forgetOldRequests } from '@/features/tokens/rate-limit';
import { CreateTokenInput } from '@/features/tokens/schemas';
import { listViews } from '@/features/views/views';
import { errorResponse } from '@/server/http-errors';
import { createWorkbench, type Workbench } from '../../support/workbench';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
});

const ADDRESS = '203.0.113.9';
const make = (of: Ctx, more: Record<string, unknown> = {}) =>
  createToken(
    of,
    CreateTokenInput.parse({ kind: 'personal', name: 'N', scopes: ['cost:read', 'view:read'], ...more }),
  );
const presented = (text: string, address = ADDRESS) =>
  ({ text, address, kinds: ['personal', 'service'] }) as const;
const use = (text: string, address?: string) => authenticateToken(bench.runtime, presented(text, address));

const refusals = async () =>
  (
    await bench.database.owner.query<{ subject_id: string; detail: { reason: string }; address: string }>(
      "select subject_id, detail, address from audit_event where action = 'token.refused' order by seq",
    )
  ).rows;

describe('a token in use', () => {
  it('may what its scopes say, in its workspace', async () => {
    const { id, text } = await make(ctx, { scopes: ['cost:read'] });
    const program = await use(text);
    expect(program).toMatchObject({
      workspaceId: ctx.workspaceId,
      address: ADDRESS,
      actor: { kind: 'token', tokenId: id, role: 'owner', scopes: ['cost:read'] },
    });
    expect(may(program.actor, 'cost:read')).toBe(true);
    await expect(listViews(program)).rejects.toThrow(Forbidden);
    const refused = await listViews(program).catch((error: unknown) =>
      errorResponse(error, bench.runtime.log),
    );
    expect(refused).toMatchObject({ status: 403 });
  });

  it('may no more than its person may now', async () => {
    const editor = await bench.ctxAs(ctx, 'editor');
    const { text } = await make(editor, { scopes: ['cost:read', 'view:write', 'ledger:read'] });
    expect(may((await use(text)).actor, 'view:write')).toBe(true);
    await bench.database.owner.query("update membership set role = 'viewer' where role = 'editor'");
    const less = await use(text);
    expect(may(less.actor, 'cost:read')).toBe(true);
    expect(() => requirePermission(less, 'view:write')).toThrow(Forbidden);
    await bench.database.owner.query("update membership set all_accounts = false where role = 'viewer'");
    const limited = await use(text);
    expect(limited.actor).toMatchObject({ accounts: [] });
    expect(may(limited.actor, 'ledger:read')).toBe(false);
  });

  it('notes when and from where it was used, once a minute', async () => {
    const { id, text } = await make(ctx);
    const used = async () =>
      (
        await bench.database.owner.query<{ last_used_at: Date | null; last_used_address: string | null }>(
          'select last_used_at, last_used_address from api_token where id = $1',
          [id],
        )
      ).rows[0];
    expect(await used()).toEqual({ last_used_at: null, last_used_address: null });
    await use(text);
    const first = { last_used_at: bench.clock.now(), last_used_address: ADDRESS };
    expect(await used()).toEqual(first);
    bench.clock.set('2027-03-18T10:00:30Z');
    await use(text, '203.0.113.10');
    expect(await used()).toEqual(first);
    bench.clock.set('2027-03-18T10:01:01Z');
    await use(text, '203.0.113.10');
    expect(await used()).toEqual({ last_used_at: bench.clock.now(), last_used_address: '203.0.113.10' });
  });
});

describe('a token that is no longer good', () => {
  it('is answered like one that never was, by 401 that names the way in', async () => {
    const { text } = await make(ctx, { expiry: '30' });
    bench.clock.set('2027-04-18T10:00:00Z');
    const messages: string[] = [];
    for (const wrong of [
      text,
      '',
      'bvd_pat_',
      `${text}x`,
      text.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      'bvd_pat_💥',
    ]) {
      const error: unknown = await use(wrong).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Unauthenticated);
      messages.push((error as Error).message);
      const response = errorResponse(error, bench.runtime.log);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
    expect(new Set(messages).size).toBe(1);
  });

  it('is ended', async () => {
    const { id, text } = await make(ctx);
    await use(text);
    expect(await isTokenAlive(bench.runtime, presented(text))).toBe(true);
    await endToken(ctx, { tokenId: id });
    await expect(use(text)).rejects.toThrow(Unauthenticated);
    expect(await isTokenAlive(bench.runtime, presented(text))).toBe(false);
  });

  it('is of somebody who was removed or deactivated', async () => {
    const viewer = await bench.ctxAs(ctx, 'viewer');
    const { text } = await make(viewer);
    await use(text);
    await bench.database.owner.query("update membership set deactivated_at = now() where role = 'viewer'");
    await expect(use(text)).rejects.toThrow(Unauthenticated);
    expect(await isTokenAlive(bench.runtime, presented(text))).toBe(false);
    await bench.database.owner.query("update membership set deactivated_at = null where role = 'viewer'");
    await use(text);
    await bench.database.owner.query("delete from membership where role = 'viewer'");
    await expect(use(text)).rejects.toThrow(Unauthenticated);
  });

  it('comes from another address than it is held to', async () => {
    const { text } = await make(ctx, { ranges: ['203.0.113.0/24', '2001:db8::/32'] });
    for (const address of ['203.0.113.255', '::ffff:203.0.113.1', '2001:db8:ffff::1'])
      await use(text, address);
    for (const address of ['203.0.114.0', '2001:db9::1', '::ffff:203.0.114.1', 'unknown', '']) {
      await expect(use(text, address), address).rejects.toThrow(Unauthenticated);
    }
  });

  it('is audited when it is tried, once a minute and without its text', async () => {
    const { id, text } = await make(ctx, { ranges: ['10.0.0.0/8'] });
    for (let n = 0; n < 3; n += 1) await use(text).catch(() => undefined);
    expect(await refusals()).toEqual([{ subject_id: id, detail: { reason: 'address' }, address: ADDRESS }]);
    bench.clock.set('2027-03-18T10:01:00Z');
    await use(text).catch(() => undefined);
    bench.clock.set('2028-03-18T10:01:00Z');
    await use(text, '10.0.0.1').catch(() => undefined);
    expect((await refusals()).map((one) => one.detail.reason)).toEqual(['address', 'address', 'expired']);
    const { rows } = await bench.database.owner.query('select * from audit_event');
    expect(JSON.stringify(rows)).not.toContain(text.slice(-40));
  });

  it('opens nothing elsewhere by naming another workspace', async () => {
    const { text } = await make(ctx);
    const other = await bench.newWorkspace('Other');
    const bytes = Buffer.from(text.slice(8), 'base64url');
    Buffer.from(other.workspaceId.replaceAll('-', ''), 'hex').copy(bytes);
    await expect(use(`bvd_pat_${bytes.toString('base64url')}`)).rejects.toThrow(Unauthenticated);
    await expect(use(text.replace('_pat_', '_svc_'))).rejects.toThrow(Unauthenticated);
  });
});

describe('rate limits', () => {
  const limited = async (work: Promise<unknown>) => {
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LimitReached);
    const response = errorResponse(error, bench.runtime.log);
    expect(response.status).toBe(429);
    return response.headers.get('retry-after');
  };
  const times = async (count: number, work: () => Promise<unknown>) => {
    for (let n = 0; n < count; n += 20) {
      await Promise.all(Array.from({ length: Math.min(20, count - n) }, work));
    }
  };

  it('hold a token, from however many addresses, until the minute is over', async () => {
    const { text } = await make(ctx);
    let n = 0;
    await times(requestLimits.api.token, () => use(text, `198.51.100.${(n += 1) % 250}`));
    bench.clock.set('2027-03-18T10:00:45Z');
    expect(await limited(use(text, '192.0.2.1'))).toBe('15');
    await use((await make(ctx)).text);
    bench.clock.set('2027-03-18T10:01:00Z');
    await use(text);
  });

  it('hold an address, whatever tokens it tries', async () => {
    const { text } = await make(ctx);
    await times(requestLimits.api.address, () => use('bvd_pat_wrong').catch(() => undefined));
    expect(await limited(use(text))).toBe('60');
    await use(text, '203.0.113.10');
    bench.clock.set('2027-03-18T10:01:00Z');
    await use(text);
  });

  it('do not count what asks whether a long answer may go on', async () => {
    const { text } = await make(ctx);
    await times(requestLimits.api.token - 1, () => use(text));
    await times(40, () => isTokenAlive(bench.runtime, presented(text)));
    await use(text);
    await limited(use(text));
  });

  it('keep no address, and nothing beyond their minute', async () => {
    await use((await make(ctx)).text);
    const { rows } = await bench.database.owner.query<{ key: string }>('select key from rate_count');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ key }) => !key.includes(ADDRESS))).toBe(true);
    bench.clock.set('2027-03-18T10:01:00Z');
    await forgetOldRequests(bench.runtime);
    expect((await bench.database.owner.query('select 1 from rate_count')).rowCount).toBe(0);
  });
});
