import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Conflict, Forbidden, NotFound, PreconditionFailed, StepUpNeeded } from '@/errors';
import { settleAllAccesses } from '@/features/staff/accesses';
import { askAccess } from '@/features/staff/ask-access';
import { approveAccess, changeStaffSetting, denyAccess, endAccess } from '@/features/staff/decide-access';
import { endOwnAccess, listOwnAccesses, openAccess } from '@/features/staff/own-accesses';
import { readStaffAccesses } from '@/features/staff/read-accesses';
import { revokeStaff } from '@/features/staff/roll';
import { AskAccessInput, StaffSettingInput } from '@/features/staff/schemas';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  actionsOf,
  ask,
  hire,
  HOUR,
  KIM,
  letIn,
  mailsOf,
  MINUTE,
  REASON,
  SAM,
  stampOf,
  trailOf,
  withoutStepUp,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const set = (ctx: Ctx, setting: 'approve' | 'notify' | 'never') => changeStaffSetting(ctx, { setting });
const emailOf = async (ctx: Ctx) => {
  const { rows } = await bench.database.owner.query<{ email: string }>(
    `select u.email from app_user u join membership m on m.user_id = u.id where m.workspace_id = $1 and m.role = 'owner'`,
    [ctx.workspaceId],
  );
  return rows.map((row) => row.email).sort();
};
const state = async (ctx: Ctx, accessId: string) => {
  const { asked, running, past } = await readStaffAccesses(ctx);
  return [...asked, ...running, ...past].find((line) => line.id === accessId)?.state;
};

describe('a request of staff', () => {
  it('waits for an owner, who is mailed, and stands in the trail', async () => {
    const owner = await bench.newWorkspace('Acme');
    await bench.ctxAs(owner, 'admin');
    const sam = await hire(bench);
    const { accessId, isRunning } = await ask(sam, owner, 90);
    expect(isRunning).toBe(false);
    await expect(openAccess(await sam.desk(), { accessId })).rejects.toThrow(PreconditionFailed);
    expect((await readStaffAccesses(owner)).asked).toMatchObject([
      { id: accessId, staffName: SAM.name, reason: REASON, minutes: 90, views: 0 },
    ]);
    const [mail, ...more] = await mailsOf(bench);
    expect(more).toEqual([]);
    expect([mail?.recipient]).toEqual(await emailOf(owner));
    expect(mail?.subject).toBe('Staff asks to look into Acme');
    for (const text of [REASON, SAM.name, '90 minutes', '/settings/staff'])
      expect(mail?.body).toContain(text);
    expect(await trailOf(bench, owner)).toMatchObject([
      {
        action: 'staff.asked',
        actor_kind: 'staff',
        actor_id: (await sam.desk()).staff.staffId,
        subject_id: accessId,
        detail: { name: SAM.name, reason: REASON, minutes: 90 },
      },
    ]);
  });

  it('names a reason and 15 to 240 minutes', () => {
    const workspaceId = crypto.randomUUID();
    const parse = (change: object) =>
      AskAccessInput.safeParse({ workspaceId, reason: REASON, minutes: 60, ...change }).success;
    for (const minutes of [15, 240, '60']) expect(parse({ minutes }), String(minutes)).toBe(true);
    for (const minutes of [14, 241, 0, -60, 60.5, Number.NaN, Number.POSITIVE_INFINITY, '', null]) {
      expect(parse({ minutes }), String(minutes)).toBe(false);
    }
    for (const reason of [undefined, '', 'too short', '          .', 'x'.repeat(501)])
      expect(parse({ reason })).toBe(false);
    expect(parse({ reason: 'x'.repeat(500) })).toBe(true);
    expect(parse({ workspaceId: 'acme' })).toBe(false);
    expect(parse({ status: 'approved' })).toBe(false);
  });

  it('takes no account number and no ARN into a trail that is kept for good, and no second line into a mail', () => {
    const parse = (reason: string) =>
      AskAccessInput.safeParse({ workspaceId: crypto.randomUUID(), reason, minutes: 60 });
    for (const reason of [
      'account 447188201936 fails',
      'account 4471 8820 1936 fails',
      'arn:aws:iam::x:role/y',
    ]) {
      expect(parse(reason).success, reason).toBe(false);
    }
    expect(parse('The forecast\r\n\r\nlooks   wrong').data?.reason).toBe('The forecast looks wrong');
  });

  it('is one at a time for each workspace', async () => {
    const owner = await bench.newWorkspace();
    const other = await bench.newWorkspace('Other');
    const sam = await hire(bench);
    const kim = await hire(bench, KIM);
    const both = await Promise.allSettled([ask(sam, owner), ask(sam, owner)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(ask(sam, owner)).rejects.toThrow(Conflict);
    await ask(sam, other);
    await ask(kim, owner);
    expect(await listOwnAccesses(await sam.desk())).toHaveLength(2);
  });

  it('of an unknown workspace is refused', async () => {
    const sam = await hire(bench);
    const input = { workspaceId: crypto.randomUUID(), reason: REASON, minutes: 60 };
    await expect(askAccess(await sam.desk(), input)).rejects.toThrow(NotFound);
  });

  it('is over after 24 hours without a decision', async () => {
    const owner = await bench.newWorkspace();
    const sam = await hire(bench);
    const { accessId } = await ask(sam, owner);
    bench.clock.advance(24 * HOUR - 1);
    expect(await state(owner, accessId)).toBe('asked');
    bench.clock.advance(1);
    await expect(approveAccess(owner, { accessId })).rejects.toThrow(Conflict);
    await expect(denyAccess(owner, { accessId })).rejects.toThrow(Conflict);
    expect(await state(owner, accessId)).toBe('lapsed');
    expect(await actionsOf(bench, owner)).toEqual(['staff staff.asked', 'system staff.expired']);
  });

  it('can be taken back, and asked again', async () => {
    const owner = await bench.newWorkspace();
    const sam = await hire(bench);
    const { accessId } = await ask(sam, owner);
    await endOwnAccess(await sam.desk(), { accessId });
    await expect(approveAccess(owner, { accessId })).rejects.toThrow(Conflict);
    await expect(endOwnAccess(await sam.desk(), { accessId })).rejects.toThrow(Conflict);
    await ask(sam, owner);
    expect(await actionsOf(bench, owner)).toEqual([
      'staff staff.asked',
      'staff staff.ended',
      'staff staff.asked',
    ]);
  });

  it('goes with whoever made it', async () => {
    const owner = await bench.newWorkspace();
    const { accessId } = await ask(await hire(bench), owner);
    await revokeStaff(bench.database.owner, SAM.email, stampOf(bench));
    await expect(approveAccess(owner, { accessId })).rejects.toThrow(Conflict);
    expect(await state(owner, accessId)).toBe('withdrawn');
  });
});

describe('a decision', () => {
  it('is recorded with who, for how long, before and after, and made once', async () => {
    const owner = await bench.newWorkspace();
    const sam = await hire(bench);
    const { accessId } = await ask(sam, owner, 45);
    const both = await Promise.allSettled([
      approveAccess(owner, { accessId }),
      denyAccess(owner, { accessId }),
    ]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    await expect(approveAccess(owner, { accessId })).rejects.toThrow(Conflict);

    await bench.reset();
    const again = await bench.newWorkspace();
    const next = await ask(await hire(bench), again, 45);
    await approveAccess(again, next);
    const until = new Date(bench.clock.now().getTime() + 45 * MINUTE);
    expect((await readStaffAccesses(again)).running).toMatchObject([{ id: next.accessId, expiresAt: until }]);
    expect((await trailOf(bench, again))[1]).toMatchObject({
      action: 'staff.approved',
      actor_kind: 'user',
      subject_id: next.accessId,
      detail: { name: SAM.name, reason: REASON, minutes: 45 },
      before: { status: 'asked' },
      after: { status: 'approved', until: until.toISOString() },
    });
  });

  it('can be no', async () => {
    const owner = await bench.newWorkspace();
    const sam = await hire(bench);
    const { accessId } = await ask(sam, owner);
    await denyAccess(owner, { accessId });
    await expect(openAccess(await sam.desk(), { accessId })).rejects.toThrow(PreconditionFailed);
    expect(await actionsOf(bench, owner)).toEqual(['staff staff.asked', 'user staff.denied']);
    await ask(sam, owner);
  });

  it.each(['admin', 'editor', 'viewer'] as const)('is not for %ss', async (role) => {
    const owner = await bench.newWorkspace();
    const member = await bench.ctxAs(owner, role);
    const { accessId } = await ask(await hire(bench), owner);
    for (const verb of [approveAccess, denyAccess, endAccess]) {
      await expect(verb(member, { accessId })).rejects.toThrow(Forbidden);
    }
    await expect(readStaffAccesses(member)).rejects.toThrow(Forbidden);
    await expect(set(member, 'never')).rejects.toThrow(Forbidden);
    expect(await state(owner, accessId)).toBe('asked');
  });

  it('takes a fresh proof of who decides, and only ending takes none', async () => {
    const owner = await bench.newWorkspace();
    const { accessId } = await ask(await hire(bench), owner);
    const stale = withoutStepUp(owner);
    await expect(approveAccess(stale, { accessId })).rejects.toThrow(StepUpNeeded);
    await expect(denyAccess(stale, { accessId })).rejects.toThrow(StepUpNeeded);
    await expect(set(stale, 'notify')).rejects.toThrow(StepUpNeeded);
    expect(await state(owner, accessId)).toBe('asked');
    await approveAccess(owner, { accessId });
    await endAccess(stale, { accessId });
    expect(await state(owner, accessId)).toBe('over');
  });

  it('is not for a token, the worker or staff', async () => {
    const owner = await bench.newWorkspace();
    const sam = await hire(bench);
    const { accessId } = await ask(sam, owner);
    const { staffId, name } = (await sam.desk()).staff;
    const actors: Ctx['actor'][] = [
      { kind: 'token', tokenId: crypto.randomUUID(), userId: null, role: 'owner', scopes: ['staff:decide'] },
      { kind: 'system', job: 'test', permissions: ['staff:decide'] },
      { kind: 'staff', staffId, name, accessId, expiresAt: new Date(8.64e15) },
    ];
    for (const actor of actors) {
      await expect(approveAccess({ ...owner, actor }, { accessId })).rejects.toThrow(Forbidden);
      await expect(endAccess({ ...owner, actor }, { accessId })).rejects.toThrow(Forbidden);
    }
  });

  it('is for the own workspace alone', async () => {
    const owner = await bench.newWorkspace();
    const stranger = await bench.newWorkspace('Other');
    const { accessId } = await ask(await hire(bench), owner);
    for (const verb of [approveAccess, denyAccess, endAccess]) {
      await expect(verb(stranger, { accessId })).rejects.toThrow(NotFound);
    }
    expect(await readStaffAccesses(stranger)).toMatchObject({ asked: [], running: [], past: [] });
    expect(await state(owner, accessId)).toBe('asked');
  });
});

describe('the setting of a workspace', () => {
  it('to be told starts an access at once, after the owners were mailed', async () => {
    const owner = await bench.newWorkspace('Acme');
    await bench.ctxAs(owner, 'owner');
    await set(owner, 'notify');
    const sam = await hire(bench);
    const { accessId, isRunning } = await ask(sam, owner, 30);
    expect(isRunning).toBe(true);
    const mails = await mailsOf(bench);
    expect(mails.map((mail) => mail.recipient).sort()).toEqual(await emailOf(owner));
    expect(mails[0]?.subject).toBe('Staff can look into Acme for 30 minutes');
    await openAccess(await sam.desk(), { accessId });
    expect(await actionsOf(bench, owner)).toEqual([
      'staff staff.asked',
      'system staff.notified',
      'staff staff.entered',
    ]);
  });

  it('to be told waits for an approval where nobody could be told', async () => {
    const owner = await bench.newWorkspace();
    await set(owner, 'notify');
    const sam = await hire(bench);
    const desk = { ...(await sam.desk()), mail: { kind: 'off' as const, send: async () => false } };
    const { accessId, isRunning } = await askAccess(desk, {
      workspaceId: owner.workspaceId,
      reason: REASON,
      minutes: 60,
    });
    expect(isRunning).toBe(false);
    await expect(openAccess(desk, { accessId })).rejects.toThrow(PreconditionFailed);
    await approveAccess(owner, { accessId });
    await openAccess(desk, { accessId });
  });

  it('that changes while the mail goes out counts', async () => {
    const owner = await bench.newWorkspace();
    await set(owner, 'notify');
    const desk = await (await hire(bench)).desk();
    const send = async () => {
      await set(owner, 'never');
      return true;
    };
    const input = { workspaceId: owner.workspaceId, reason: REASON, minutes: 60 };
    const asked = await askAccess({ ...desk, mail: { kind: 'smtp', send } }, input);
    expect(asked.isRunning).toBe(false);
    expect(await state(owner, asked.accessId)).toBe('denied');
  });

  it('that nobody can ask refuses, denies who waits and puts out who looks', async () => {
    const owner = await bench.newWorkspace();
    const sam = await hire(bench);
    const kim = await hire(bench, KIM);
    const running = await letIn(sam, owner);
    const { accessId } = await ask(kim, owner);
    await set(owner, 'never');
    expect([await state(owner, running), await state(owner, accessId)]).toEqual(['over', 'denied']);
    await expect(approveAccess(owner, { accessId })).rejects.toThrow(PreconditionFailed);
    await expect(ask(kim, owner)).rejects.toThrow(Forbidden);
    await expect(openAccess(await sam.desk(), { accessId: running })).rejects.toThrow(PreconditionFailed);
    expect((await actionsOf(bench, owner)).slice(-2).sort()).toEqual([
      'user staff.denied',
      'user staff.ended',
    ]);
  });

  it('is recorded before and after, and not where nothing changes', async () => {
    const owner = await bench.newWorkspace();
    await set(owner, 'notify');
    await set(owner, 'notify');
    expect(await trailOf(bench, owner, 'workspace.settings')).toMatchObject([
      { actor_kind: 'user', before: { staffAccess: 'approve' }, after: { staffAccess: 'notify' } },
    ]);
    expect(StaffSettingInput.safeParse({ setting: 'always' }).success).toBe(false);
    expect((await readStaffAccesses(await bench.newWorkspace())).setting).toBe('approve');
  });
});

describe('what is over', () => {
  it('is written down by the worker in every workspace, once', async () => {
    const first = await bench.newWorkspace();
    const second = await bench.newWorkspace('Other');
    const sam = await hire(bench);
    await letIn(sam, first, 15);
    await ask(sam, second);
    expect(await settleAllAccesses(bench.runtime)).toBe(0);
    bench.clock.advance(25 * HOUR);
    expect(await settleAllAccesses(bench.runtime)).toBe(2);
    expect(await settleAllAccesses(bench.runtime)).toBe(0);
    expect((await actionsOf(bench, first)).at(-1)).toBe('system staff.expired');
    expect((await actionsOf(bench, second)).at(-1)).toBe('system staff.expired');
    expect((await readStaffAccesses(first)).past[0]?.endedAt).toEqual(
      new Date(bench.clock.now().getTime() - 25 * HOUR + 15 * MINUTE),
    );
  });
});
