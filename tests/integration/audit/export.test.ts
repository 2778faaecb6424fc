import { randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { GET as csv } from '@/app/api/audit.csv/route';
import { GET as jsonl } from '@/app/api/audit.jsonl/route';
import { withTransaction, type Ctx } from '@/context';
import type { Permission } from '@/domain/permissions';
import { Unauthenticated } from '@/errors';
import { exportAudit } from '@/features/audit/export-audit';
import { listAudit } from '@/features/audit/read-audit';
import { newTokenText, tokenDigest } from '@/features/tokens/token-text';
import type { Runtime } from '@/runtime';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { asOwner, exportText, queryOf, record, stored, tenEvents, verifyText } from './support';

// It only loads inside Next, and nobody here has a cookie.
vi.mock('next-auth', () => ({ default: () => ({}) }));

let bench: Workbench;
let ctx: Ctx;
const holder = globalThis as typeof globalThis & { belvedereRuntime?: Runtime };
beforeAll(async () => {
  bench = await createWorkbench();
  holder.belvedereRuntime = bench.runtime;
});
afterAll(async () => {
  delete holder.belvedereRuntime;
  await bench.close();
});
beforeEach(async () => {
  await bench.reset();
  ctx = await bench.newWorkspace();
  await tenEvents(bench, ctx);
});

async function serviceToken(scopes: Permission[], role = 'owner'): Promise<string> {
  const text = newTokenText('service', ctx.workspaceId);
  await withTransaction(ctx, (tx) =>
    tx.apiToken.create({
      data: {
        ...{ workspaceId: ctx.workspaceId, id: randomUUID(), kind: 'service', name: 'Archive', hint: 'x' },
        ...{
          digest: tokenDigest(text),
          role,
          scopes,
          addressRanges: [],
          createdBy: randomUUID(),
          createdAt: ctx.now(),
        },
      },
    }),
  );
  return text;
}

const get = (handler: typeof csv, token: string, address = '') =>
  handler(
    new Request(`http://127.0.0.1:3000/api/audit?${address}`, {
      headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': '198.51.100.9' },
    }),
    { params: Promise.resolve({}) },
  );

type Line = Record<string, unknown> & { seq: number; end?: { events: number; filter: string } };
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('GET /api/audit.jsonl', () => {
  it('gives a token of its scope what the list shows, and says first that it did', async () => {
    const response = await get(jsonl, await serviceToken(['audit:read']));
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const lines = linesOf(await response.text());
    const end = lines.pop();
    const { events } = await listAudit(ctx, queryOf(''));
    const shown = [
      'seq',
      'at',
      'action',
      'what',
      'address',
      'detail',
      'before',
      'after',
      'prevHash',
      'hash',
      'body',
    ] as const;
    expect(lines.map((line) => shown.map((key) => line[key]))).toEqual(
      events.map((event) => shown.map((key) => event[key])),
    );
    expect(lines[0]).toMatchObject({
      ...{
        seq: 11,
        action: 'export.audit',
        address: '198.51.100.9',
        detail: { format: 'jsonl', filter: '' },
      },
      actor: { kind: 'token', name: 'Token “Archive”' },
    });
    expect(end?.end).toMatchObject({ events: 11, filter: '', newest: { seq: 11 }, begins: { seq: 0 } });
  });

  it('is filtered as the list is', async () => {
    const address = 'action=view&from=2027-03-18';
    const lines = linesOf(await (await get(jsonl, await serviceToken(['audit:read']), address)).text());
    expect(lines.pop()?.end).toMatchObject({ events: 5, filter: address });
    expect(lines.map((line) => line.seq)).toEqual([10, 8, 6, 4, 2]);
  });

  it('refuses what it does not understand, and writes nothing down', async () => {
    const response = await get(jsonl, await serviceToken(['audit:read']), 'action=none&from=x');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'invalid', fields: { action: 'There is no such action.' } },
    });
    expect(await stored(bench, ctx)).toHaveLength(10);
  });

  it('refuses a token without the scope, one of a role without the permission, and one that is none', async () => {
    for (const [token, status] of [
      [await serviceToken(['cost:read', 'ledger:read']), 403],
      [await serviceToken(['audit:read'], 'editor'), 403],
      [newTokenText('service', ctx.workspaceId), 401],
    ] as const) {
      for (const handler of [csv, jsonl]) expect((await get(handler, token)).status).toBe(status);
    }
    expect(await stored(bench, ctx)).toHaveLength(10);
  });

  it('has none of another workspace’s events', async () => {
    const other = await bench.newWorkspace('Other');
    await record(other, 'workspace.created', null, { detail: { secret: 'of the other' } });
    expect(await (await get(jsonl, await serviceToken(['audit:read']))).text()).not.toContain('of the other');
  });
});

describe('GET /api/audit.csv', () => {
  it('has a line for each event of the list, safe for a spreadsheet', async () => {
    await record(ctx, 'view.created', null, {
      after: { name: 'Plain' },
      detail: { note: 'a "quoted", one' },
    });
    await record({ ...ctx, address: '=cmd()' }, 'view.created');
    const response = await get(csv, await serviceToken(['audit:read']));
    expect(response.headers.get('content-disposition')).toContain('audit-trail.csv');
    const [header, ...lines] = (await response.text()).trimEnd().split('\r\n');
    expect(header).toMatch(/^number,time,who,/);
    expect(lines).toHaveLength(13);
    expect(lines[1]).toContain(`'=cmd()`);
    expect(lines[2]).toContain('"{""note"":""a \\""quoted\\"", one""}"');
    const { events } = await listAudit(ctx, queryOf(''));
    expect(lines.map((line) => line.split(',').slice(0, 2))).toEqual(
      events.map((event) => [String(event.seq), event.at]),
    );
  });
});

describe('an export', () => {
  it('of many pages has every event once, also while others are written', async () => {
    for (let turn = 0; turn < 2_100; turn += 300) {
      await withTransaction(ctx, async (tx) => {
        for (let one = 0; one < 300; one += 1) {
          await tx.$executeRawUnsafe(
            `select append_audit($1, gen_random_uuid(), 'system', null, 'sync.loaded', null, null, '{}', null, null)::text`,
            ctx.now(),
          );
        }
      });
    }
    const { pages, end } = await exportAudit(ctx, queryOf(''), { format: 'jsonl' });
    const seen: number[] = [];
    for await (const page of pages) {
      seen.push(...page.map((entry) => entry.seq));
      await record(ctx, 'view.created');
    }
    expect(seen).toEqual(Array.from({ length: 2_111 }, (_one, index) => 2_111 - index));
    expect(end().end).toMatchObject({ events: 2_111, newest: { seq: 2_111 } });
  });

  it('ends, without its last line, once whoever asked for it is signed out', async () => {
    const options = {
      format: 'jsonl',
      isStillSignedIn: () => Promise.resolve(false),
      askAgainMs: -1,
    } as const;
    const { pages } = await exportAudit(ctx, queryOf(''), options);
    await expect(pages.next()).rejects.toThrow(Unauthenticated);
  });

  it('of a part is verified for what it has', async () => {
    const text = await exportText(ctx, 'action=view');
    expect(await verifyText(text)).toMatchObject({ broken: null, events: 5, filter: 'action=view' });
    await asOwner(
      bench,
      ctx,
      `update audit_event set detail = '{}' where workspace_id = $workspace and seq = 6`,
    );
    expect((await verifyText(await exportText(ctx, 'action=view'))).broken).toMatchObject({
      kind: 'changed',
      seq: 6,
    });
  });

  it('of a part tells that the event before one of its own is gone', async () => {
    await asOwner(bench, ctx, `delete from audit_event where workspace_id = $workspace and seq = 5`);
    expect((await verifyText(await exportText(ctx, 'action=view'))).broken).toMatchObject({
      kind: 'missing',
      seq: 5,
    });
  });
});

describe('npm run audit:verify', () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/audit-verify.ts', ...args], {
      env: { ...process.env, DATABASE_URL: bench.database.appUrl },
    }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );

  it('verifies an export offline, and exits with 1 where it breaks', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'audit-'));
    try {
      const file = path.join(directory, 'export.jsonl');
      await writeFile(file, await exportText(ctx));
      expect(await run('--file', file)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('11 events') as string,
      });
      await asOwner(
        bench,
        ctx,
        `update audit_event set action = 'view.opened' where workspace_id = $workspace and seq = 7`,
      );
      await writeFile(file, await exportText(ctx));
      const broken = await run('--file', file);
      expect(broken).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('Event 7 is not what was written') as string,
      });
      expect((await run('--file', path.join(directory, 'none.jsonl'))).code).toBe(2);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('verifies the database, writes that down, and knows a link that was noted', async () => {
    const [, , third] = await stored(bench, ctx);
    const noted = `3:${third?.hash ?? ''}`;
    const sound = await run(ctx.workspaceId, noted);
    expect(sound).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('10 events, unbroken') as string,
    });
    expect(sound.stdout).toContain('The noted link 3 is in it.');
    expect((await stored(bench, ctx)).at(-1)).toMatchObject({
      action: 'audit.verified',
      actor_kind: 'system',
    });
    // A whole chain that was written anew is only found by what somebody noted.
    await asOwner(
      ...([bench, ctx] as const),
      `do $$ declare link bytea := decode(repeat('00', 32), 'hex'); e audit_event; begin
         update audit_event set detail = '{"number": 0}' where workspace_id = $workspace and seq = 1;
         for e in select * from audit_event where workspace_id = $workspace order by seq loop
           link := audit_link(link, e);
           update audit_event set hash = link where workspace_id = $workspace and seq = e.seq;
         end loop;
         update audit_head set hash = link where workspace_id = $workspace;
       end $$`,
    );
    expect((await run(ctx.workspaceId)).code).toBe(0);
    const forged = await run(ctx.workspaceId, noted);
    expect(forged).toMatchObject({ code: 1, stdout: expect.stringContaining('is NOT in it') as string });
  });

  it('says how it is used, and that a workspace is none', async () => {
    expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining('WORKSPACE_ID') as string });
    expect(await run(randomUUID())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no such workspace') as string,
    });
  });
});
