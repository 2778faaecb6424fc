import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { withTransaction } from '@/context';
import { NotFound } from '@/errors';
import { getConnection, listConnectionRows } from '@/features/connections/queries';
import { listConnections, readConnection } from '@/features/connections/read-connections';
import { StartConnectionInput } from '@/features/connections/schemas';
import { externalIdDigest } from '@/features/connections/issue-external-id';
import { startConnection } from '@/features/connections/start-connection';
import { updateConnection } from '@/features/connections/update-connection';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { sourceFiles } from '../../support/source-files';
import { createWorkbench, MANAGEMENT, PRODUCTION, STANDALONE, type Workbench } from '../../support/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const AWS_FORMAT = /^[\w+=,.@:/-]{2,1224}$/;

/** Accounts that nobody has: enough to begin with, and no two alike. */
const someAccount = (index: number) => String(100_000_000_000 + index);

/** As many as may wait for their role in one workspace. */
const WAITING_MAX = 10;

async function issue(count: number): Promise<string[]> {
  let left = count / WAITING_MAX;
  const ids: string[] = [];
  const begin = async () => {
    while (left > 0) {
      left -= 1;
      const ctx = await bench.newWorkspace();
      for (let index = 0; index < WAITING_MAX; index += 1) {
        await startConnection(ctx, { account: someAccount(index), groups: [] });
      }
      const rows = await withTransaction(ctx, (tx) => listConnectionRows(tx, ctx.workspaceId));
      ids.push(...rows.map((row) => row.externalId));
    }
  };
  await Promise.all(Array.from({ length: 8 }, begin));
  return ids;
}

describe('issuing', () => {
  it('T01 makes an ExternalId of 192 random bits in the format that AWS takes', async () => {
    const ids = await issue(400);
    expect(ids).toHaveLength(400);
    for (const id of ids) {
      expect(id).toMatch(AWS_FORMAT);
      expect(id).toMatch(/^bv-[A-Za-z0-9_-]{32}$/);
    }
    const bytes = ids.map((id) => Buffer.from(id.slice(3), 'base64url'));
    expect(bytes.every((one) => one.length === 24)).toBe(true);
    for (let bit = 0; bit < 192; bit += 1) {
      const ones = bytes.filter((one) => ((one[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      // Eight standard deviations: a bit that stands still or follows a clock is outside, chance is not.
      expect(ones, `bit ${bit}`).toBeGreaterThan(120);
      expect(ones, `bit ${bit}`).toBeLessThan(280);
    }
  });

  it(
    'T03 issues 10,000 ExternalIds and no two alike, derived from nothing',
    { timeout: 240_000 },
    async () => {
      const ids = await issue(10_000);
      expect(new Set(ids).size).toBe(10_000);
      const ctx = await bench.newWorkspace();
      const one = await bench.start(ctx, { account: MANAGEMENT });
      const userId = ctx.actor.kind === 'user' ? ctx.actor.userId : '';
      for (const known of [ctx.workspaceId, one.id, userId, MANAGEMENT]) {
        for (const encoding of ['base64url', 'hex', 'utf8'] as const) {
          const text = Buffer.from(known.replaceAll('-', '')).toString(encoding);
          expect(one.externalId.slice(3)).not.toContain(text.slice(0, 12));
        }
      }
    },
  );

  it('T03 the database refuses an ExternalId that was issued before, to anyone', async () => {
    const ctx = await bench.newWorkspace();
    const { externalId } = await bench.start(ctx);
    const digest = externalIdDigest(externalId);
    const again = withTransaction(await bench.newWorkspace(), (tx) =>
      tx.externalIdIssued.create({ data: { digest } }),
    );
    await expect(again).rejects.toMatchObject({ code: 'P2002' });
  });

  it('T03 never issues an ExternalId again after a disconnect, and remembers it only as a digest', async () => {
    const ctx = await bench.newWorkspace();
    const first = await bench.start(ctx);
    await revokeConnection(ctx, { connectionId: first.id, confirmation: first.name });
    const second = await bench.start(ctx);
    expect(second.id).not.toBe(first.id);
    expect(second.externalId).not.toBe(first.externalId);
    const kept = await bench.runtime.db.prisma.externalIdIssued.findMany();
    expect(kept.map((row) => Buffer.from(row.digest).toString('hex')).sort()).toEqual(
      [first, second].map((one) => Buffer.from(externalIdDigest(one.externalId)).toString('hex')).sort(),
    );
  });
});

const NAMES = ['externalId', 'ExternalId', 'external_id', 'externalID'];

/** Every schema that a feature takes its input through. */
async function inputSchemas(): Promise<[name: string, schema: z.ZodObject][]> {
  const files = sourceFiles().filter(({ path }) => /^features\/[^/]+\/[\w-]+\.ts$/.test(path));
  const found: [string, z.ZodObject][] = [];
  for (const { path, text } of files) {
    if (!/from 'zod'/.test(text)) continue;
    const module = (await import(/* @vite-ignore */ `../../../src/${path}`)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (value instanceof z.ZodObject) found.push([`${path} ${name}`, value]);
    }
  }
  return found;
}

describe('choosing', () => {
  it('T02 rejects an ExternalId in the input that starts a connection', () => {
    for (const name of NAMES) {
      const parsed = StartConnectionInput.safeParse({ account: MANAGEMENT, groups: [], [name]: 'mine' });
      expect(parsed.error?.issues.map((issue) => issue.code)).toEqual(['unrecognized_keys']);
    }
  });

  it('T02 no input of any feature has a place for an ExternalId', async () => {
    const schemas = await inputSchemas();
    expect(schemas.length).toBeGreaterThan(3);
    for (const [name, schema] of schemas) {
      expect(
        Object.keys(schema.shape).filter((key) => /external_?id/i.test(key)),
        name,
      ).toEqual([]);
      const extra = schema.safeParse({ externalId: 'mine' });
      expect(extra.success && 'externalId' in extra.data, name).toBe(false);
    }
  });

  it('T02 ignores an ExternalId that reaches the verb past the schema', async () => {
    const ctx = await bench.newWorkspace();
    const smuggled = { account: STANDALONE, groups: [], externalId: 'mine-0123456789' };
    const { id } = await startConnection(ctx, smuggled);
    expect((await bench.connection(ctx, id)).externalId).toMatch(/^bv-/);
    const update = { connectionId: id, name: 'Ours', dailyCapUsd: '2.00', externalId: 'mine-0123456789' };
    const before = (await bench.connection(ctx, id)).externalId;
    await updateConnection(ctx, update);
    expect((await bench.connection(ctx, id)).externalId).toBe(before);
  });
});

describe('keeping', () => {
  it('T04 a connection keeps its ExternalId through everything that happens to it', async () => {
    const ctx = await bench.newWorkspace();
    const { id, externalId } = await bench.start(ctx);
    const now = async () => (await bench.connection(ctx, id)).externalId;
    expect((await startConnection(ctx, { account: MANAGEMENT, groups: ['tags'] })).id).toBe(id);
    expect(await now()).toBe(externalId);
    await bench.verify(ctx, id);
    await bench.launchStack(ctx, id);
    await bench.verify(ctx, id);
    await bench.sync(ctx, id);
    await updateConnection(ctx, { connectionId: id, name: 'Renamed', dailyCapUsd: '1.00' });
    expect(await now()).toBe(externalId);
  });

  it('T04 a new ExternalId comes with a new connection alone, and the old one opens nothing for it', async () => {
    const ctx = await bench.newWorkspace();
    const first = await bench.connect(ctx);
    await revokeConnection(ctx, { connectionId: first.id, confirmation: first.name });
    const second = await bench.start(ctx);
    expect(second.externalId).not.toBe(first.externalId);
    expect((await bench.verify(ctx, second.id)).status).toBe('pending');
  });

  it('T05 another workspace finds no such connection', async () => {
    const mine = await bench.newWorkspace();
    const theirs = await bench.newWorkspace('Other');
    const { id } = await bench.start(mine);
    await expect(readConnection(theirs, id)).rejects.toThrow(NotFound);
    await expect(readConnection(theirs, randomUUID())).rejects.toThrow('There is no such connection.');
    expect(await listConnections(theirs)).toEqual([]);
    await expect(withTransaction(theirs, (tx) => getConnection(tx, mine.workspaceId, id))).rejects.toThrow(
      NotFound,
    );
  });

  it('T05 a member without a known role reads no connection', async () => {
    const ctx = await bench.newWorkspace();
    const { id } = await bench.start(ctx, { account: PRODUCTION });
    const stranger = { ...ctx, actor: { kind: 'user' as const, userId: randomUUID(), role: 'guest' } };
    await expect(readConnection(stranger, id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(listConnections(stranger)).rejects.toMatchObject({ code: 'forbidden' });
    for (const role of ['editor', 'viewer'] as const) {
      const member = await bench.ctxAs(ctx, role);
      await expect(startConnection(member, { account: STANDALONE, groups: [] })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
  });
});
