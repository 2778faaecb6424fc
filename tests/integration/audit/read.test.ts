import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction, type Ctx } from '@/context';
import { roles } from '@/domain/permissions';
import { Forbidden } from '@/errors';
import { exportAudit } from '@/features/audit/export-audit';
import { listAudit, listAuditPeople } from '@/features/audit/read-audit';
import { readRetention } from '@/features/audit/retention';
import { parseAuditQuery } from '@/features/audit/schemas';
import { verifyChain } from '@/features/audit/verify-chain';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { queryOf, record, stored } from './support';

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

const EVERYTHING = queryOf('');
const actionsOf = async (address: string) =>
  (await listAudit(ctx, queryOf(address))).events.map((event) => event.action);

async function personOf(of: Ctx, name: string, email: string): Promise<string> {
  const { actor } = of;
  if (actor.kind !== 'user') throw new Error('A person was expected.');
  await withTransaction(of, (tx) =>
    tx.appUser.update({ where: { id: actor.userId }, data: { name, email } }),
  );
  return actor.userId;
}

/** One event each of Ada, Grace, a token, staff, the worker and a stranger, on days of their own. */
async function aTrail() {
  const grace = await bench.ctxAs(ctx, 'admin');
  const ada = await personOf(ctx, 'Ada Lovelace', 'ada@acme.example');
  const graceId = await personOf(grace, 'Grace Hopper', 'grace@acme.example');
  const [tokenId, staffId] = [randomUUID(), randomUUID()];
  await withTransaction(ctx, async (tx) => {
    await tx.apiToken.create({
      data: {
        ...{
          workspaceId: ctx.workspaceId,
          id: tokenId,
          kind: 'service',
          name: 'Nightly build',
          hint: 'x',
          digest: 'x',
        },
        ...{ role: 'viewer', createdBy: ada, createdAt: ctx.now(), scopes: [], addressRanges: [] },
      },
    });
    await tx.staffAccess.create({
      data: {
        ...{
          workspaceId: ctx.workspaceId,
          id: randomUUID(),
          staffId,
          staffName: 'Sam Support',
          reason: 'Ticket 7',
        },
        ...{ minutes: 30, status: 'approved', requestedAt: ctx.now() },
      },
    });
  });
  const on = (day: number) => bench.clock.set(`2027-03-${String(day).padStart(2, '0')}T23:30:00.000Z`);
  on(1);
  await record({ ...ctx, address: '203.0.113.7' }, 'member.role-changed', graceId, {
    ...{ before: { role: 'viewer' }, after: { role: 'admin' } },
  });
  on(2);
  await record(grace, 'view.created', null, { after: { name: 'Übersicht 100%' } });
  on(3);
  await record(ctx, 'export.downloaded', null, {
    actor: { kind: 'token', id: tokenId },
    detail: { part: 'daily' },
  });
  on(4);
  await record(ctx, 'staff.entered', null, {
    actor: { kind: 'staff', id: staffId },
    detail: { reason: 'Ticket 7' },
  });
  on(5);
  await record(bench.asWorker(ctx), 'sync.loaded');
  on(6);
  await record(ctx, 'session.refused', ada, {
    actor: { kind: 'stranger', id: null },
    detail: { reason: 'password' },
  });
  return { grace, ada, graceId };
}

describe('the audit trail', () => {
  it('tells who did what in a sentence, newest first, with the names of today', async () => {
    await aTrail();
    const { events, next } = await listAudit(ctx, EVERYTHING);
    expect(next).toBeNull();
    expect(events.map((event) => `${event.actor.name} ${event.what}`)).toEqual([
      'Somebody tried to sign in as Ada Lovelace and was refused: wrong password',
      'Belvedere loaded the costs of a connection',
      'Sam Support of the operator’s staff entered to look',
      'Token “Nightly build” downloaded daily as a file',
      'Grace Hopper saved the view “Übersicht 100%”',
      'Ada Lovelace changed Grace Hopper’s role from viewer to admin',
    ]);
    expect(events.at(-1)).toMatchObject({
      ...{ seq: 1, at: '2027-03-01T23:30:00.000Z', address: '203.0.113.7' },
      actor: { kind: 'user', email: 'ada@acme.example' },
      ...{ before: { role: 'viewer' }, after: { role: 'admin' }, prevHash: '0'.repeat(64) },
    });
    const rows = await stored(bench, ctx);
    expect(events.map((event) => event.hash)).toEqual(rows.map((row) => row.hash).reverse());
  });

  it('does not tell the address of whoever has left', async () => {
    const { grace, graceId } = await aTrail();
    await withTransaction(grace, (tx) => tx.membership.deleteMany({ where: { userId: graceId } }));
    const [event] = (await listAudit(ctx, queryOf('action=view.created'))).events;
    expect(event?.actor).toMatchObject({ name: 'Grace Hopper', email: null });
    expect(await actionsOf('q=grace@acme')).toEqual([]);
    expect(await actionsOf('q=grace+hopper')).toContain('view.created');
  });

  it.each([
    ['actor=user', ['view.created', 'member.role-changed']],
    ['actor=token', ['export.downloaded']],
    ['actor=staff', ['staff.entered']],
    ['actor=system', ['sync.loaded']],
    ['actor=stranger', ['session.refused']],
    ['action=member', ['member.role-changed']],
    ['action=sync.loaded', ['sync.loaded']],
    ['action=sync.failed', []],
    ['from=2027-03-05', ['session.refused', 'sync.loaded']],
    ['to=2027-03-02', ['view.created', 'member.role-changed']],
    ['from=2027-03-03&to=2027-03-03', ['export.downloaded']],
    ['actor=user&to=2027-03-01', ['member.role-changed']],
    ['actor=&action=&from=&to=&q=&member=', null],
  ])('is filtered: %s', async (address, expected) => {
    await aTrail();
    const found = await actionsOf(address);
    if (expected) expect(found).toEqual(expected);
    else expect(found).toHaveLength(6);
  });

  it('is filtered by one member', async () => {
    const { graceId } = await aTrail();
    expect(await actionsOf(`member=${graceId}`)).toEqual(['view.created']);
    expect(await actionsOf(`member=${randomUUID()}`)).toEqual([]);
  });

  it.each([
    ['action', 'staff.ent', ['staff.entered']],
    ['detail', 'ticket 7', ['staff.entered']],
    ['before and after', 'VIEWER', ['member.role-changed']],
    ['address', '203.0.113', ['member.role-changed']],
    ['letters of any language', 'übersicht', ['view.created']],
    ['signs that mean something to SQL', '100%', ['view.created']],
    ['signs that mean nothing', '100_', []],
    ['a person’s name, as actor and as subject', 'hopper', ['view.created', 'member.role-changed']],
    ['a person’s address', 'ada@acme', ['session.refused', 'member.role-changed']],
    ['a token’s name', 'nightly', ['export.downloaded']],
    ['a name of the staff', 'sam supp', ['staff.entered']],
    ['the words of an action', 'sign-in refused', ['session.refused']],
    ['an attempt to inject', `' or true --`, []],
  ])('is searched: %s', async (_what, text, expected) => {
    await aTrail();
    expect(await actionsOf(new URLSearchParams({ q: text }).toString())).toEqual(expected);
  });

  it('is searched by the name of what it was about', async () => {
    const { ada } = await aTrail();
    const id = randomUUID();
    await withTransaction(ctx, (tx) =>
      tx.savedView.create({
        data: { workspaceId: ctx.workspaceId, id, name: 'Quarterly review', query: '', createdBy: ada },
      }),
    );
    await record(ctx, 'view.opened', id);
    const { events } = await listAudit(ctx, queryOf('q=quarterly'));
    expect(events.map((event) => event.what)).toEqual([
      'opened the view “Quarterly review”, which somebody else saved',
    ]);
  });

  it('names a domain, which has no id', async () => {
    await record(ctx, 'sso.domain-added', 'acme.example');
    const { events } = await listAudit(ctx, EVERYTHING);
    expect(events[0]?.what).toBe('added the domain acme.example');
  });

  it('has pages that do not shift while events arrive', async () => {
    for (let number = 1; number <= 120; number += 1)
      await record(ctx, 'sync.requested', null, { detail: { number } });
    const first = await listAudit(ctx, EVERYTHING);
    await record(ctx, 'view.created');
    const second = await listAudit(ctx, EVERYTHING, first.next);
    await record(ctx, 'view.created');
    const third = await listAudit(ctx, EVERYTHING, second.next);
    const seen = [first, second, third].flatMap((page) => page.events.map((event) => event.detail['number']));
    expect(seen).toEqual(Array.from({ length: 120 }, (_one, index) => 120 - index));
    expect([first.next, second.next, third.next]).toEqual([71, 21, null]);
  });

  it('says what it does not understand of an address', () => {
    const parse = (address: string) => parseAuditQuery(new URLSearchParams(address));
    expect(parse('actor=god')).toMatchObject({
      ok: false,
      fields: { actor: 'There is no such kind of actor.' },
    });
    expect(parse('member=1')).toMatchObject({
      ok: false,
      fields: { member: expect.stringContaining('id') as string },
    });
    expect(parse('action=member.exploded')).toMatchObject({
      ok: false,
      fields: { action: 'There is no such action.' },
    });
    expect(parse('from=2027-02-30')).toMatchObject({
      ok: false,
      fields: { from: 'A date looks like 2026-11-01.' },
    });
    expect(parse('from=2027-02-02&to=2027-02-01')).toMatchObject({
      ok: false,
      fields: { to: 'The dates must run forward.' },
    });
    expect(parse(`q=${'x'.repeat(201)}`)).toMatchObject({
      ok: false,
      fields: { q: 'Search for at most 200 characters.' },
    });
  });
});

describe('who may see it', () => {
  const reads: Record<string, (of: Ctx) => Promise<unknown>> = {
    list: (of) => listAudit(of, EVERYTHING),
    people: listAuditPeople,
    verify: verifyChain,
    export: (of) => exportAudit(of, EVERYTHING, { format: 'csv' }),
    retention: readRetention,
  };

  it.each(Object.entries(reads))('owners and admins, and nobody else: %s', async (_name, read) => {
    for (const role of roles) {
      const of = await bench.ctxAs(ctx, role);
      if (role === 'owner' || role === 'admin') await read(of);
      else await expect(read(of)).rejects.toThrow(Forbidden);
    }
    const { actor } = ctx;
    if (actor.kind !== 'user') throw new Error('A person was expected.');
    await expect(read({ ...ctx, actor: { ...actor, accounts: ['447188201936'] } })).rejects.toThrow(
      Forbidden,
    );
    await expect(read({ ...ctx, actor: { ...actor, accounts: [] } })).rejects.toThrow(Forbidden);
    const token = { kind: 'token', tokenId: randomUUID(), userId: null, role: 'owner' } as const;
    await read({ ...ctx, actor: { ...token, scopes: ['audit:read'] } });
    await expect(read({ ...ctx, actor: { ...token, scopes: ['cost:read', 'ledger:read'] } })).rejects.toThrow(
      Forbidden,
    );
    const staff = {
      kind: 'staff',
      staffId: randomUUID(),
      name: 'Sam',
      accessId: randomUUID(),
      expiresAt: new Date(8.64e15),
    } as const;
    await expect(read({ ...ctx, actor: staff })).rejects.toThrow(Forbidden);
  });

  it('not another workspace', async () => {
    await aTrail();
    const other = await bench.newWorkspace('Other');
    expect(await listAudit(other, EVERYTHING)).toEqual({ events: [], next: null });
    expect((await listAudit(other, queryOf('q=ada'))).events).toEqual([]);
    expect((await listAuditPeople(other)).map((person) => person.name)).toEqual(['The owner']);
    expect((await verifyChain(other)).events).toBe(0);
  });
});
