import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { roles, type Permission } from '@/domain/permissions';
import { Forbidden, Invalid, NotFound, PreconditionFailed, StepUpNeeded } from '@/errors';
import { createToken, TOKENS_PER_PERSON, TOKENS_PER_WORKSPACE } from '@/features/tokens/create-token';
import { endToken } from '@/features/tokens/end-token';
import { listTokens } from '@/features/tokens/list-tokens';
import { CreateTokenInput } from '@/features/tokens/schemas';
import { createScimToken } from '@/features/scim/scim-tokens';
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

const personal = (more: Record<string, unknown> = {}) =>
  CreateTokenInput.parse({ kind: 'personal', name: 'Report', scopes: ['cost:read'], ...more });
const service = (role: string, scopes: Permission[] = ['cost:read']) =>
  CreateTokenInput.parse({ kind: 'service', name: 'Exporter', role, scopes });

const stale = (of: Ctx): Ctx =>
  of.actor.kind === 'user'
    ? { ...of, actor: { ...of.actor, session: { id: 's', method: 'password', steppedUpAt: null } } }
    : of;

const rows = async (sql: string, ...values: unknown[]) =>
  (await bench.database.owner.query(sql, values)).rows as Record<string, unknown>[];

describe('a token', () => {
  it('is shown once and stored as a digest', async () => {
    const { id, text } = await createToken(ctx, personal());
    expect(text).toMatch(/^bvd_pat_[\w-]{64}$/);
    const [stored] = await rows('select * from api_token where id = $1', id);
    expect(JSON.stringify(stored)).not.toContain(text.slice(8, 60));
    expect(stored?.['hint']).toBe(`bvd_pat_…${text.slice(-4)}`);
    const trail = await rows('select after, detail, before from audit_event');
    expect(JSON.stringify(trail)).not.toContain(text.slice(-40));
    expect(bench.logLines.join('')).not.toContain(text.slice(-40));
    expect((await createToken(ctx, personal())).text).not.toBe(text);
    expect((await createToken(ctx, service('viewer'))).text).toMatch(/^bvd_svc_/);
  });

  it('lives for 90 days, for what is chosen, to the end of a day, or for ever', async () => {
    const expiry = async (more: Record<string, unknown>) => {
      const { id } = await createToken(ctx, personal(more));
      return (
        (await rows('select expires_at from api_token where id = $1', id))[0]?.['expires_at'] as Date | null
      )?.toISOString();
    };
    expect(await expiry({})).toBe('2027-06-16T10:00:00.000Z');
    expect(await expiry({ expiry: '30' })).toBe('2027-04-17T10:00:00.000Z');
    expect(await expiry({ expiry: '365' })).toBe('2028-03-17T10:00:00.000Z');
    expect(await expiry({ expiry: '2027-03-18' })).toBe('2027-03-19T00:00:00.000Z');
    expect(await expiry({ expiry: 'never' })).toBeUndefined();
    await expect(createToken(ctx, personal({ expiry: '2027-03-17' }))).rejects.toThrow(Invalid);
  });

  it('is refused by its form where it is not right', () => {
    for (const wrong of [
      { expiry: '7' },
      { expiry: '2027-02-30' },
      { scopes: [] },
      { scopes: ['member:write'] },
      { scopes: ['workspace:delete'] },
      { name: ' ' },
      { ranges: ['10.0.0.0/33'] },
      { ranges: ['10.1'] },
      { ranges: ['010.0.0.1'] },
      { ranges: ['::ffff:10.0.0.0/104'] },
      { ranges: ['example.com'] },
      { ranges: Array.from({ length: 21 }, (_, at) => `10.0.0.${at}`) },
      { kind: 'scim' },
      { userId: 'someone' },
    ]) {
      expect(
        CreateTokenInput.safeParse({ kind: 'personal', name: 'N', scopes: ['cost:read'], ...wrong }).success,
        JSON.stringify(wrong),
      ).toBe(false);
    }
    expect(
      personal({ ranges: ['203.0.113.77/24', '203.0.113.0/24', '2001:DB8::1/32', ' 10.0.0.1 '] }),
    ).toMatchObject({
      ranges: ['203.0.113.0/24', '2001:db8::/32', '10.0.0.1/32'],
    });
  });

  it('may no more than whoever makes it', async () => {
    const viewer = await bench.ctxAs(ctx, 'viewer');
    await createToken(viewer, personal({ scopes: ['cost:read', 'ledger:read'] }));
    await expect(createToken(viewer, personal({ scopes: ['cost:read', 'view:write'] }))).rejects.toThrow(
      Invalid,
    );
    await expect(createToken(viewer, personal({ scopes: ['audit:read'] }))).rejects.toThrow(Invalid);
    const limited = { ...viewer, actor: { ...viewer.actor, accounts: [] } } as Ctx;
    await createToken(limited, personal());
    await expect(createToken(limited, personal({ scopes: ['ledger:read'] }))).rejects.toThrow(Invalid);
  });

  it('of a service is made by owners and admins, with a role that is at most theirs', async () => {
    const admin = await bench.ctxAs(ctx, 'admin');
    for (const role of roles) {
      const made = createToken(admin, service(role));
      if (role === 'owner') await expect(made).rejects.toThrow(Forbidden);
      else await expect(made).resolves.toMatchObject({ text: expect.any(String) as string });
    }
    await createToken(ctx, service('owner', ['audit:read']));
    await expect(createToken(admin, service('viewer', ['audit:read']))).rejects.toThrow(Invalid);
    for (const role of ['editor', 'viewer'] as const) {
      await expect(createToken(await bench.ctxAs(ctx, role), service('viewer'))).rejects.toThrow(Forbidden);
    }
  });

  it('takes a person who proved who they are', async () => {
    const { id } = await createToken(ctx, personal());
    await expect(createToken(stale(ctx), personal())).rejects.toThrow(StepUpNeeded);
    await expect(createToken(stale(ctx), service('viewer'))).rejects.toThrow(StepUpNeeded);
    await expect(endToken(stale(ctx), { tokenId: id })).rejects.toThrow(StepUpNeeded);
    const program: Ctx = {
      ...ctx,
      actor: {
        kind: 'token',
        tokenId: id,
        userId: null,
        role: 'owner',
        scopes: ['token:own', 'token:write'],
      },
    };
    await expect(createToken(program, personal())).rejects.toThrow(Forbidden);
    await expect(endToken(program, { tokenId: id })).rejects.toThrow(Forbidden);
  });

  it('is one of at most 50 of a person and 200 of a workspace, also when asked for at once', async () => {
    const fill = (count: number, userId: string | null) =>
      bench.database.owner.query(
        `insert into api_token (workspace_id, id, kind, name, hint, digest, user_id, role, created_by, created_at)
         select $1, gen_random_uuid(), 'personal', 'n', 'h', gen_random_uuid()::text, $2::uuid, 'viewer', $1, now()
         from generate_series(1, $3)`,
        [ctx.workspaceId, userId, count],
      );
    const own = ctx.actor.kind === 'user' ? ctx.actor.userId : null;
    await fill(TOKENS_PER_PERSON - 1, own);
    const made = await Promise.allSettled([1, 2, 3].map(() => createToken(ctx, personal())));
    expect(made.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    await expect(createToken(ctx, personal())).rejects.toThrow(PreconditionFailed);
    await createToken(ctx, service('viewer'));
    await fill(TOKENS_PER_WORKSPACE - TOKENS_PER_PERSON - 1, null);
    await expect(createToken(ctx, service('viewer'))).rejects.toThrow(PreconditionFailed);
    await createToken(await bench.newWorkspace('Other'), personal());
  });
});

describe('the list of tokens', () => {
  it('shows one’s own, and to those who manage them everybody’s', async () => {
    const viewer = await bench.ctxAs(ctx, 'viewer');
    await createToken(viewer, personal({ name: 'Of the viewer' }));
    await createToken(ctx, service('editor'));
    await createToken(ctx, personal({ name: 'Of the owner', ranges: ['10.0.0.0/8'] }));
    await createScimToken(ctx, { name: 'Okta', expiry: '365', ranges: [] });
    await createToken(await bench.newWorkspace('Other'), personal({ name: 'Elsewhere' }));

    expect(await listTokens(viewer)).toMatchObject([{ name: 'Of the viewer', isOwn: true, role: null }]);
    const all = await listTokens(ctx);
    expect(all.map((token) => [token.name, token.isOwn]).toSorted()).toEqual([
      ['Exporter', false],
      ['Of the owner', true],
      ['Of the viewer', false],
    ]);
    expect(all.find((token) => token.name === 'Exporter')).toMatchObject({ role: 'editor', person: null });
    expect(all.find((token) => token.name === 'Of the viewer')?.person).toMatch(/^viewer-.*@acme\.example$/);
  });
});

describe('a token that is ended', () => {
  it('is gone: one’s own, or anybody’s by those who manage them', async () => {
    const viewer = await bench.ctxAs(ctx, 'viewer');
    const other = await bench.ctxAs(ctx, 'editor');
    const [own, theirs, services] = [
      await createToken(viewer, personal()),
      await createToken(other, personal()),
      await createToken(ctx, service('viewer')),
    ];
    for (const { id } of [theirs, services]) {
      await expect(endToken(viewer, { tokenId: id })).rejects.toThrow(NotFound);
    }
    await endToken(viewer, { tokenId: own.id });
    await expect(endToken(viewer, { tokenId: own.id })).rejects.toThrow(NotFound);
    await expect(endToken(await bench.newWorkspace('Other'), { tokenId: theirs.id })).rejects.toThrow(
      NotFound,
    );
    const scim = await createScimToken(ctx, { name: 'Okta', expiry: '365', ranges: [] });
    await expect(endToken(ctx, { tokenId: scim.id })).rejects.toThrow(NotFound);
    const admin = await bench.ctxAs(ctx, 'admin');
    await endToken(admin, { tokenId: theirs.id });
    await endToken(admin, { tokenId: services.id });
    expect(await listTokens(ctx)).toEqual([]);
  });

  it('is in the audit trail with who and what, like its making', async () => {
    const { id } = await createToken(ctx, personal({ ranges: ['10.0.0.0/8'] }));
    await endToken(ctx, { tokenId: id });
    const own = ctx.actor.kind === 'user' ? ctx.actor.userId : '';
    const facts = {
      ...{ kind: 'personal', name: 'Report', userId: own, role: 'owner', scopes: ['cost:read'] },
      ...{ ranges: ['10.0.0.0/8'], expiresAt: '2027-06-16T10:00:00.000Z' },
    };
    expect(
      await rows(
        "select actor_kind, actor_id, action, subject_id, before, after from audit_event where action like 'token.%' order by seq",
      ),
    ).toEqual([
      {
        actor_kind: 'user',
        actor_id: own,
        action: 'token.created',
        subject_id: id,
        before: null,
        after: facts,
      },
      {
        actor_kind: 'user',
        actor_id: own,
        action: 'token.ended',
        subject_id: id,
        before: facts,
        after: null,
      },
    ]);
  });
});
