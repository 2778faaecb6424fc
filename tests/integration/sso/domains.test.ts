import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Conflict, Invalid, NotFound, PreconditionFailed } from '@/errors';
import { addDomain, checkDomain, removeDomain } from '@/features/sso/domains';
import { readSso } from '@/features/sso/read-sso';
import { ssoForEmail } from '@/features/sso/sso-for-email';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { startDnsServer, type DnsServer } from './dns-server';
import { connected, signInBy, trail, userOf } from './support';

let bench: Workbench;
let dns: DnsServer;
beforeAll(async () => {
  [bench, dns] = await Promise.all([createWorkbench(), startDnsServer()]);
});
afterAll(async () => {
  await bench.close();
  await dns.close();
});
beforeEach(async () => {
  await bench.reset();
  dns.records.clear();
  dns.asked.length = 0;
  dns.isSilent = false;
});

const asking = (ctx: Ctx): Ctx => ({ ...ctx, config: { ...ctx.config, dnsServers: [dns.address] } });
const newWorkspace = async (name?: string) => asking(await bench.newWorkspace(name));
const publish = (host: string, ...values: string[]) =>
  dns.records.set(
    host,
    values.map((value) => [value]),
  );
const claims = async () =>
  (await bench.database.owner.query('select domain, workspace_id from domain_claim order by 1')).rows;

describe('a domain', () => {
  it('is proven by its record, and says which', async () => {
    const ctx = await newWorkspace();
    const { domain, record } = await addDomain(ctx, { domain: ' ACME.example. ' });
    expect(domain).toBe('acme.example');
    expect(record).toMatchObject({ host: '_belvedere.acme.example', type: 'TXT' });
    expect(record.value).toMatch(/^belvedere-verification=[\w-]{32}$/);
    expect(await checkDomain(ctx, { domain })).toEqual({ isVerified: false, found: 'missing' });
    publish(record.host, 'v=spf1 -all');
    expect(await checkDomain(ctx, { domain })).toEqual({ isVerified: false, found: 'other' });
    expect(await claims()).toEqual([]);
    publish(record.host, 'v=spf1 -all', record.value);
    expect(await checkDomain(ctx, { domain })).toEqual({ isVerified: true, found: 'found' });
    expect(await claims()).toEqual([{ domain, workspace_id: ctx.workspaceId }]);
    expect((await readSso(ctx)).domains).toEqual([
      { domain, record, verifiedAt: '2027-03-18T10:00:00.000Z' },
    ]);
    expect(
      (await trail(bench, ctx, 'sso.domain-%')).map((one) => [one.action, one.subject_id, one.actor_id]),
    ).toEqual([
      ['sso.domain-added', domain, userOf(ctx)],
      ['sso.domain-verified', domain, userOf(ctx)],
    ]);
    expect(new Set(dns.asked)).toEqual(new Set(['_belvedere.acme.example']));
  });

  it('is not proven by anything like the record', async () => {
    const ctx = await newWorkspace();
    const { domain, record } = await addDomain(ctx, { domain: 'acme.example' });
    for (const value of [
      record.value.slice(0, -1),
      `${record.value}x`,
      record.value.toUpperCase(),
      record.value.split('=')[1] ?? '',
      `x ${record.value}`,
    ]) {
      publish(record.host, value);
      expect(await checkDomain(ctx, { domain }), value).toMatchObject({ isVerified: false });
    }
    publish('acme.example', record.value);
    dns.records.delete(record.host);
    expect(await checkDomain(ctx, { domain })).toMatchObject({ isVerified: false });
    // One text may be sent in parts.
    dns.records.set(record.host, [[record.value.slice(0, 20), record.value.slice(20)]]);
    expect(await checkDomain(ctx, { domain })).toMatchObject({ isVerified: true });
  });

  it('is not proven by a server that does not answer', async () => {
    const ctx = await newWorkspace();
    const { domain } = await addDomain(ctx, { domain: 'acme.example' });
    dns.isSilent = true;
    expect(await checkDomain(ctx, { domain })).toEqual({ isVerified: false, found: 'unreachable' });
  }, 30_000);

  it('belongs to the first who proves it; the second learns that it is taken and not by whom', async () => {
    const [first, second] = [await newWorkspace('Acme'), await newWorkspace('Mallory')];
    const [mine, theirs] = [
      await addDomain(first, { domain: 'acme.example' }),
      await addDomain(second, { domain: 'acme.example' }),
    ];
    expect(mine.record.value).not.toBe(theirs.record.value);
    publish(mine.record.host, mine.record.value, theirs.record.value);
    await checkDomain(first, { domain: 'acme.example' });
    const refused = await checkDomain(second, { domain: 'acme.example' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Conflict);
    expect((refused as Conflict).message).not.toMatch(/Acme|[0-9a-f]{8}-/);
    expect((await readSso(second)).domains).toMatchObject([{ verifiedAt: null }]);
    expect(await trail(bench, second, 'sso.domain-verified')).toEqual([]);
    await removeDomain(first, { domain: 'acme.example' });
    expect(await checkDomain(second, { domain: 'acme.example' })).toMatchObject({ isVerified: true });
  });

  it('of two who prove it at the same moment belongs to one', async () => {
    const both = [await newWorkspace('A'), await newWorkspace('B')];
    const added = [];
    for (const ctx of both) added.push(await addDomain(ctx, { domain: 'acme.example' }));
    publish('_belvedere.acme.example', ...added.map((one) => one.record.value));
    const results = await Promise.allSettled(both.map((ctx) => checkDomain(ctx, { domain: 'acme.example' })));
    expect(results.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await claims()).toHaveLength(1);
  });

  it.each([
    'gmail.com',
    'Outlook.com',
    'com',
    'co.uk',
    'github.io',
    'localhost',
    '127.0.0.1',
    'https://acme.example',
    'ada@acme.example',
    'acme example',
    '-acme.example',
    'acme..example',
    '*.example',
    '',
  ])('cannot be "%s"', async (domain) => {
    const ctx = await newWorkspace();
    await expect(addDomain(ctx, { domain })).rejects.toThrow(Invalid);
    expect((await readSso(ctx)).domains).toEqual([]);
  });

  it('is written as DNS writes it', async () => {
    const ctx = await newWorkspace();
    expect((await addDomain(ctx, { domain: 'Bücher.example' })).domain).toBe('xn--bcher-kva.example');
    expect((await addDomain(ctx, { domain: '@acme.co.uk' })).domain).toBe('acme.co.uk');
  });

  it('that was not added cannot be checked', async () => {
    const ctx = await newWorkspace();
    await expect(checkDomain(ctx, { domain: 'acme.example' })).rejects.toThrow(NotFound);
  });
});

describe('giving a domain back', () => {
  it('ends the sessions of its people, and nobody is sent to the provider any more', async () => {
    const made = await connected(bench);
    await bench.database.owner.query(
      `insert into sso_domain (workspace_id, domain, token, created_at, verified_at) values ($1, 'acme.test', 't', now(), now())`,
      [made.ctx.workspaceId],
    );
    await bench.database.owner.query(`insert into domain_claim values ('acme.test', $1, now())`, [
      made.ctx.workspaceId,
    ]);
    const stays = await signInBy(bench, made, { email: 'ada@acme.example' });
    const goes = await signInBy(bench, made, { email: 'bob@acme.test' });
    await removeDomain(made.ctx, { domain: 'acme.test' });
    expect(await goes.browser.current()).toBeNull();
    expect(await stays.browser.current()).not.toBeNull();
    await expect(signInBy(bench, made, { email: 'bob@acme.test' })).rejects.toMatchObject({
      reason: 'foreign-domain',
    });
    expect(await ssoForEmail(bench.runtime, 'bob@acme.test')).toBeNull();
    expect(await trail(bench, made.ctx, 'sso.domain-removed')).toMatchObject([
      { detail: { wasVerified: true, sessions: 1 } },
    ]);
  });

  it('is refused for the last one while people sign in by it', async () => {
    const made = await connected(bench);
    await expect(removeDomain(made.ctx, { domain: 'acme.example' })).rejects.toThrow(PreconditionFailed);
    expect(await claims()).toHaveLength(1);
  });
});
