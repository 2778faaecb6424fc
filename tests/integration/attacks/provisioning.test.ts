import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { PreconditionFailed } from '@/errors';
import { changeOptions } from '@/features/sso/change-options';
import { createScimToken } from '@/features/scim/scim-tokens';
import { leaveWorkspace } from '@/features/members/remove-member';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { accountsOf, auditOf, roleOf, userOf } from '../people/support';
import { connectIdp, GROUP, identityProvider, mapRoles, newUser, PATCH_OP } from '../scim/identity-provider';
import { connected, signInBy } from '../sso/support';

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

const limit = (userId: string) =>
  bench.database.owner.query('update membership set all_accounts = false where user_id = $1', [userId]);

describe('a person who is limited to some accounts', () => {
  it.each(['owner', 'admin'])('is made no %s by a group, and keeps the limit', async (role) => {
    const person = userOf(await bench.ctxAs(ctx, 'viewer'));
    await limit(person);
    await mapRoles(ctx, [{ group: 'Heads', role }]);
    const call = await connectIdp(ctx);
    const made = await call('POST', '/Groups', {
      schemas: [GROUP],
      displayName: 'Heads',
      members: [{ value: person }],
    });
    expect(made.status).toBe(201);
    expect(await roleOf(bench, ctx, person)).toBe('editor');
    expect(await accountsOf(bench, ctx, person)).toEqual([]);
    expect(await auditOf(bench, ctx, 'member.role-changed')).toMatchObject([
      { subject_id: person, before: { role: 'viewer' }, after: { role: 'editor' } },
    ]);
  });

  it('does not stand in for the last owner, who alone can still do everything', async () => {
    const person = userOf(await bench.ctxAs(ctx, 'owner'));
    await limit(person);
    await expect(leaveWorkspace(ctx)).rejects.toThrow(PreconditionFailed);
    expect(await roleOf(bench, ctx, userOf(ctx))).toBe('owner');
  });
});

describe('a role that the provisioned groups give', () => {
  /** One identity provider for both: it provisions people and groups, and its assertions may name groups or not. */
  async function both() {
    const made = await connected(bench, ctx);
    await changeOptions(ctx, {
      ...{ connectionId: made.id, name: 'Okta', defaultRole: 'viewer', isJitOn: true },
      ...{ allowIdpInitiated: false, wantEncrypted: false, wantSignedAssertion: true },
      groupRules: [
        { group: 'Heads', role: 'admin' },
        { group: 'Hands', role: 'editor' },
      ],
    });
    const { text } = await createScimToken(ctx, { name: 'Okta', expiry: '365', ranges: [] });
    const call = identityProvider(ctx, text);
    const user = await call('POST', '/Users', newUser('ada@acme.example'));
    const group = async (displayName: string) =>
      (await call('POST', '/Groups', { schemas: [GROUP], displayName, members: [{ value: user.body.id }] }))
        .body.id;
    const leave = (id: string) =>
      call('PATCH', `/Groups/${id}`, {
        schemas: [PATCH_OP],
        Operations: [{ op: 'remove', path: `members[value eq "${user.body.id}"]` }],
      });
    const enter = async (groups: string[]) => {
      await signInBy(bench, made, {
        attributes: { email: ['ada@acme.example'], ...(groups.length > 0 ? { groups } : {}) },
      });
      return roleOf(bench, ctx, user.body.id);
    };
    return { group, leave, enter };
  }

  it('is not taken by an assertion that names no groups', async () => {
    const { group, leave, enter } = await both();
    const id = await group('Heads');
    expect(await enter([])).toBe('admin');
    await leave(id);
    expect(await enter([])).toBe('viewer');
  });

  it('is the highest of both, and the default role is above none', async () => {
    const { group, enter } = await both();
    await group('Hands');
    expect(await enter(['Heads'])).toBe('admin');
    expect(await enter(['Hands'])).toBe('editor');
    expect(await enter(['Unknown'])).toBe('editor');
  });
});
