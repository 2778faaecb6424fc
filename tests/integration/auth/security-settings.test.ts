import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Forbidden, NotFound, PreconditionFailed, StepUpNeeded } from '@/errors';
import { readSession } from '@/features/auth/sessions';
import { SecuritySettingsInput } from '@/features/workspaces/schemas';
import { readSecuritySettings, updateSecuritySettings } from '@/features/workspaces/security-settings';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { empty, sessionOf } from './support';

let bench: Workbench;
let owner: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await empty(bench);
  owner = await bench.newWorkspace();
});

const plain = { requireSecondFactor: false, sessionIdleMinutes: 15, sessionAbsoluteMinutes: 480 };
const idOf = (ctx: Ctx) => (ctx.actor.kind === 'user' ? ctx.actor.userId : '');
const giveFactor = (ctx: Ctx) =>
  bench.database.owner.query('update app_user set totp_confirmed_at = now() where id = $1', [idOf(ctx)]);

describe('a workspace’s rules for signing in', () => {
  it('begin with the longest sessions and no second factor', async () => {
    expect(await readSecuritySettings(owner)).toEqual({
      requireSecondFactor: false,
      sessionIdleMinutes: 3 * 1_440,
      sessionAbsoluteMinutes: 14 * 1_440,
      enforceSso: false,
    });
  });

  it('are changed by an owner, hold with the next request, and stand in the trail as they were and are', async () => {
    await giveFactor(owner);
    const token = await sessionOf(bench, idOf(owner));
    const input = { ...plain, requireSecondFactor: true };
    await updateSecuritySettings(owner, input);
    expect(await readSecuritySettings(owner)).toEqual({ ...input, enforceSso: false });
    expect((await readSession(bench.runtime, token))?.workspace?.closed).toBe('second-factor');
    const { rows } = await bench.database.owner.query(
      `select actor_id, subject_id, before, after from audit_event where action = 'workspace.settings-changed'`,
    );
    expect(rows).toEqual([
      {
        actor_id: idOf(owner),
        subject_id: owner.workspaceId,
        before: { requireSecondFactor: false, sessionIdleMinutes: 4_320, sessionAbsoluteMinutes: 20_160 },
        after: input,
      },
    ]);
  });

  it.each(['admin', 'editor', 'viewer'] as const)('are not for an %s to change', async (role) => {
    const ctx = await bench.ctxAs(owner, role);
    await expect(updateSecuritySettings(ctx, plain)).rejects.toThrow(Forbidden);
    expect(await readSecuritySettings(ctx)).toMatchObject({ sessionIdleMinutes: 4_320 });
  });

  it('are not for the worker, nor for a token', async () => {
    await expect(updateSecuritySettings(bench.asWorker(owner), plain)).rejects.toThrow(Forbidden);
    const token: Ctx = {
      ...owner,
      actor: {
        kind: 'token',
        tokenId: idOf(owner),
        userId: idOf(owner),
        role: 'owner',
        scopes: ['workspace:write'],
      },
    };
    await expect(updateSecuritySettings(token, plain)).rejects.toThrow(Forbidden);
  });

  it('need an owner who proved a moment ago who they are', async () => {
    if (owner.actor.kind !== 'user' || !owner.actor.session) throw new Error('An owner is a person.');
    const steppedUpAt = new Date(bench.clock.now().getTime() - 301_000);
    const stale: Ctx = {
      ...owner,
      actor: { ...owner.actor, session: { ...owner.actor.session, steppedUpAt } },
    };
    await expect(updateSecuritySettings(stale, plain)).rejects.toThrow(StepUpNeeded);
    const { session: _, ...actor } = owner.actor;
    await expect(updateSecuritySettings({ ...owner, actor }, plain)).rejects.toThrow(StepUpNeeded);
  });

  it('do not shut out the owner who makes them', async () => {
    const input = { ...plain, requireSecondFactor: true };
    await expect(updateSecuritySettings(owner, input)).rejects.toThrow(PreconditionFailed);
    expect(await readSecuritySettings(owner)).toMatchObject({ sessionIdleMinutes: 4_320 });
    await giveFactor(owner);
    await updateSecuritySettings(owner, input);
  });

  it('are one workspace’s', async () => {
    const other = await bench.newWorkspace('Other');
    await updateSecuritySettings(owner, plain);
    expect(await readSecuritySettings(other)).toMatchObject({ sessionIdleMinutes: 4_320 });
    const nowhere: Ctx = { ...owner, workspaceId: '7d3f3a1e-98d0-4be6-a3a1-3b8a4a2a7c11' };
    await expect(updateSecuritySettings(nowhere, plain)).rejects.toThrow(NotFound);
    await expect(readSecuritySettings(nowhere)).rejects.toThrow(NotFound);
  });

  it.each([
    [{ ...plain, sessionIdleMinutes: 4 }, 'sessionIdleMinutes'],
    [{ ...plain, sessionIdleMinutes: 4_321, sessionAbsoluteMinutes: 20_160 }, 'sessionIdleMinutes'],
    [{ ...plain, sessionIdleMinutes: 481 }, 'sessionIdleMinutes'],
    [{ ...plain, sessionIdleMinutes: 7.5 }, 'sessionIdleMinutes'],
    [{ ...plain, sessionIdleMinutes: 'soon' }, 'sessionIdleMinutes'],
    [{ ...plain, sessionAbsoluteMinutes: 29, sessionIdleMinutes: 5 }, 'sessionAbsoluteMinutes'],
    [{ ...plain, sessionAbsoluteMinutes: 20_161 }, 'sessionAbsoluteMinutes'],
    [{ ...plain, requireSecondFactor: 'yes' }, 'requireSecondFactor'],
    [{ ...plain, enforceSso: false }, ''],
    [{ ...plain, workspaceId: 'x' }, ''],
  ])('refuse what is not right (%#)', (input, field) => {
    const issues = SecuritySettingsInput.safeParse(input).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join('.'))).toEqual([field]);
  });
});
