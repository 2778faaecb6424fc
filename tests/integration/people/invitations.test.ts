import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Conflict, Forbidden, LimitReached, NotFound, PreconditionFailed, StepUpNeeded } from '@/errors';
import { changeRole } from '@/features/members/change-role';
import { invitationMail } from '@/features/members/invitation-mail';
import { newInvitationText, readInvitationText } from '@/features/members/invitation-text';
import { listInvitations } from '@/features/members/invitations';
import { invite, resendInvitation, withdrawInvitation } from '@/features/members/invite';
import { readInvitation } from '@/features/members/read-invitation';
import { removeMember } from '@/features/members/remove-member';
import { InviteInput } from '@/features/members/schemas';
import { createWorkbench, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import {
  addAccounts,
  auditOf,
  mailedText,
  mailsTo,
  stale,
  textOfLink,
  userOf,
  withBrokenMail,
  withoutMail,
} from './support';

const GRACE = 'grace@hopper.example';
const DAY_MS = 86_400_000;

let bench: Workbench;
let owner: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  owner = await bench.newWorkspace('Lovelace Analytics');
});

const asked = (role = 'viewer', accounts: string[] | null = null, email = GRACE) =>
  InviteInput.parse({ email, role, accounts });
const opens = async (text: string) => (await readInvitation(bench.runtime, text, null)).kind;

describe('inviting', () => {
  it('mails who asks, to what, as what, until when, and a link; the link is stored nowhere', async () => {
    const sent = await invite(owner, asked('editor'));
    expect(sent).toMatchObject({ email: GRACE, link: null });
    const [mail] = await mailsTo(bench, GRACE);
    expect(mail?.subject).toBe('Invitation to Lovelace Analytics on Belvedere');
    for (const part of ['The owner', 'Lovelace Analytics', 'an editor', '25 March 2027, 10:00 UTC']) {
      expect(mail?.body).toContain(part);
    }
    const text = textOfLink(mail?.body ?? '');
    expect(mail?.body).toContain(`${owner.config.appUrl}/invite/${text}`);
    const { rows } = await bench.database.owner.query('select to_jsonb(i)::text as row from invitation i');
    expect(rows).toHaveLength(1);
    expect(rows[0].row).not.toContain(text);
    expect(await readInvitation(bench.runtime, text, null)).toMatchObject({
      kind: 'open',
      step: 'new-account',
      workspace: 'Lovelace Analytics',
      inviter: 'The owner',
      email: GRACE,
      role: 'editor',
    });
    expect(await auditOf(bench, owner, 'member.invited')).toMatchObject([
      {
        actor_id: userOf(owner),
        subject_id: sent.id,
        after: { email: GRACE, role: 'editor', accounts: 'all' },
      },
    ]);
  });

  it('takes somebody who may, who just proved who they are, and no more than their own rank', async () => {
    const admin = await bench.ctxAs(owner, 'admin');
    for (const role of ['editor', 'viewer'] as const) {
      await expect(invite(await bench.ctxAs(owner, role), asked())).rejects.toThrow(Forbidden);
    }
    await expect(invite(stale(owner), asked())).rejects.toThrow(StepUpNeeded);
    await expect(invite(admin, asked('owner'))).rejects.toThrow(Forbidden);
    expect(await mailsTo(bench, GRACE)).toEqual([]);
    await invite(admin, asked('admin'));
    await invite(owner, asked('owner', null, 'ada@lovelace.example'));
    expect(await listInvitations(owner)).toHaveLength(2);
  });

  it('refuses what is no address, a member’s address, and one that is invited already', async () => {
    for (const email of ['grace', 'grace@', '', 'a b@c.example']) {
      expect(InviteInput.safeParse({ email, role: 'viewer', accounts: null }).success).toBe(false);
    }
    const viewer = await bench.ctxAs(owner, 'viewer');
    const address = `VIEWER-${userOf(viewer)}@acme.example`;
    await expect(invite(owner, asked('viewer', null, address))).rejects.toThrow(
      /belongs to a member already/,
    );
    await bench.database.owner.query('update membership set deactivated_at = now() where user_id = $1', [
      userOf(viewer),
    ]);
    await expect(invite(owner, asked('viewer', null, address))).rejects.toThrow(/switched off/);
    await invite(owner, asked());
    await expect(invite(owner, asked('editor'))).rejects.toThrow(Conflict);
    // Another workspace knows nothing of that.
    await invite(await bench.newWorkspace('Other'), asked());
    bench.clock.advance(7 * DAY_MS + 1);
    await invite(owner, asked('editor'));
    expect((await listInvitations(owner)).map((one) => one.role)).toEqual(['editor']);
  });

  it('can limit to accounts of this workspace, and only those who decide about none', async () => {
    const refs = await addAccounts(bench, owner, [PRODUCTION]);
    const foreign = await addAccounts(bench, await bench.newWorkspace('Other'), [STAGING]);
    await expect(invite(owner, asked('viewer', foreign))).rejects.toThrow(NotFound);
    await expect(invite(owner, asked('admin', refs))).rejects.toThrow(PreconditionFailed);
    await invite(owner, asked('viewer', refs));
    expect(await listInvitations(owner)).toMatchObject([{ accounts: 1, state: 'open' }]);
    expect((await mailsTo(bench, GRACE))[0]?.body).toContain('for some of its AWS accounts');
  });

  it('is no way to send mail without end', async () => {
    const attempts = Array.from({ length: 31 }, (_, at) =>
      invite(owner, asked('viewer', null, `p${at}@x.example`)),
    );
    const results = await Promise.allSettled(attempts);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map((result) => result.reason as Error)).toEqual([expect.any(LimitReached)]);
  });
});

describe('where no mail goes out', () => {
  it('hands the link back once', async () => {
    const sent = await invite(withoutMail(owner), asked());
    expect(await opens(textOfLink(sent.link ?? ''))).toBe('open');
    expect(await mailsTo(bench, GRACE)).toEqual([]);
  });

  it('ends a link that could not be mailed, and hands back another', async () => {
    const { ctx, given } = withBrokenMail(owner);
    const sent = await invite(ctx, asked());
    const mailed = textOfLink(given[0]?.text ?? '');
    const handed = textOfLink(sent.link ?? '');
    expect(handed).not.toBe(mailed);
    expect(await opens(mailed)).toBe('gone');
    expect(await opens(handed)).toBe('open');
  });
});

describe('sending again and withdrawing', () => {
  it('makes a new link for seven days and ends the old one', async () => {
    const { id } = await invite(owner, asked());
    const first = await mailedText(bench, GRACE);
    bench.clock.advance(8 * DAY_MS);
    expect(await opens(first)).toBe('gone');
    expect(await listInvitations(owner)).toMatchObject([{ state: 'expired' }]);
    await resendInvitation(owner, { invitationId: id });
    const second = await mailedText(bench, GRACE);
    expect(second).not.toBe(first);
    bench.clock.advance(7 * DAY_MS - 1_000);
    expect(await opens(first)).toBe('gone');
    expect(await opens(second)).toBe('open');
    bench.clock.advance(1_000);
    expect(await opens(second)).toBe('gone');
    expect((await auditOf(bench, owner, 'member.invited'))[1]).toMatchObject({
      subject_id: id,
      before: { expiresAt: '2027-03-25T10:00:00.000Z' },
      after: { expiresAt: '2027-04-02T10:00:00.000Z' },
    });
  });

  it('withdraws for good', async () => {
    const { id } = await invite(owner, asked());
    const text = await mailedText(bench, GRACE);
    await withdrawInvitation(owner, { invitationId: id });
    expect(await opens(text)).toBe('gone');
    expect(await listInvitations(owner)).toEqual([]);
    expect(await auditOf(bench, owner, 'member.invitation-withdrawn')).toMatchObject([
      { actor_id: userOf(owner), subject_id: id, before: { email: GRACE, role: 'viewer' } },
    ]);
    await expect(withdrawInvitation(owner, { invitationId: id })).rejects.toThrow(NotFound);
    await expect(resendInvitation(owner, { invitationId: id })).rejects.toThrow(NotFound);
  });

  it('are refused to other workspaces, other roles, admins where an owner is invited, and without proof', async () => {
    const { id } = await invite(owner, asked('owner'));
    const elsewhere = await bench.newWorkspace('Other');
    const editor = await bench.ctxAs(owner, 'editor');
    const admin = await bench.ctxAs(owner, 'admin');
    for (const verb of [resendInvitation, withdrawInvitation]) {
      await expect(verb(elsewhere, { invitationId: id })).rejects.toThrow(NotFound);
      await expect(verb(editor, { invitationId: id })).rejects.toThrow(Forbidden);
      await expect(verb(admin, { invitationId: id })).rejects.toThrow(Forbidden);
      await expect(verb(stale(owner), { invitationId: id })).rejects.toThrow(StepUpNeeded);
    }
    await expect(listInvitations(editor)).rejects.toThrow(Forbidden);
    expect(await mailsTo(bench, GRACE)).toHaveLength(1);
  });
});

describe('an invitation whose sender may not invite any more', () => {
  it('opens nothing, until somebody else sends it again', async () => {
    const admin = await bench.ctxAs(owner, 'admin');
    const { id } = await invite(admin, asked('admin'));
    const first = await mailedText(bench, GRACE);
    await changeRole(owner, { userId: userOf(admin), role: 'editor', liftsLimit: false });
    expect(await opens(first)).toBe('gone');
    expect(await listInvitations(owner)).toMatchObject([{ state: 'void' }]);
    await changeRole(owner, { userId: userOf(admin), role: 'admin', liftsLimit: false });
    expect(await opens(first)).toBe('open');
    await removeMember(owner, { userId: userOf(admin) });
    expect(await opens(first)).toBe('gone');
    await resendInvitation(owner, { invitationId: id });
    expect(await listInvitations(owner)).toMatchObject([{ state: 'open', invitedBy: 'The owner' }]);
    expect(await opens(await mailedText(bench, GRACE))).toBe('open');
  });

  it('does not make an owner in the name of somebody who is none now', async () => {
    const second = await bench.ctxAs(owner, 'owner');
    await invite(second, asked('owner'));
    await changeRole(owner, { userId: userOf(second), role: 'admin', liftsLimit: false });
    expect(await opens(await mailedText(bench, GRACE))).toBe('gone');
  });
});

describe('the text of a link', () => {
  const WORKSPACE = '0b0a6c52-6a0e-4a8e-9a57-3f2d5a1c7e90';

  it('carries its workspace, and is nobody’s to change', () => {
    const { text, digest } = newInvitationText('handed', WORKSPACE);
    expect(readInvitationText(text)).toEqual({ kind: 'handed', workspaceId: WORKSPACE, digest });
    // A link that was handed over does not become a mailed one by its first letter.
    expect(readInvitationText(`m${text.slice(1)}`)?.digest).not.toBe(digest);
    for (const other of [
      '',
      'm',
      text.slice(0, -2),
      `${text}AA`,
      `x${text}`,
      `m${'é'.repeat(64)}`,
      `m/../${text}`,
    ]) {
      expect(readInvitationText(other)).toBeNull();
    }
  });

  it('opens nothing with another workspace in it', async () => {
    await invite(owner, asked());
    const text = await mailedText(bench, GRACE);
    const elsewhere = await bench.newWorkspace('Other');
    const foreign = newInvitationText('mailed', elsewhere.workspaceId).text;
    expect(await opens(foreign.slice(0, 22) + text.slice(22))).toBe('gone');
    expect(await opens(text)).toBe('open');
  });
});

describe('the mail', () => {
  it('lets no name begin a line or look like a link of ours', () => {
    const { subject, text } = invitationMail({
      to: GRACE,
      inviter: 'Eve\r\nBcc: all@x.example\u2028https://evil.example',
      workspace: 'Win\n\nhttp://evil.example/prize',
      role: 'admin',
      isLimited: false,
      expiresAt: new Date('2027-03-25T10:00:00Z'),
      link: 'https://belvedere.example/invite/x',
    });
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text.match(/https?:\/\/\S+/g)).toEqual(['https://belvedere.example/invite/x']);
    expect(text.split('\n').filter((line) => line.startsWith('Bcc'))).toEqual([]);
    expect(text).toContain('as an admin');
  });
});
