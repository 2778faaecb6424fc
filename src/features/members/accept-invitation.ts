import { randomUUID } from 'node:crypto';
import type { Services } from '@/context';
import { inWorkspace, type Tx } from '@/db/client';
import { Conflict, Forbidden, NotFound, PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { auditSignIn } from '@/features/auth/audit-sign-in';
import { hashPassword } from '@/features/auth/password';
import type { Person } from '@/features/auth/person';
import { createSession, rotateSession, type Device } from '@/features/auth/sessions';
import { countAttempt } from '@/features/auth/throttle';
import { accountsInWords } from './authority';
import { readInvitationText, type InvitationText } from './invitation-text';
import type { InvitationRow } from './invitations';
import { holdAccount, lockMembers } from './last-owner';
import { findByLink, findInvitee, stepOf } from './read-invitation';
import type { AcceptAnewInput, LinkText } from './schemas';
import { forgetUnprovenHold, forgetUnprovenTokens } from './unproven-account';

const GONE = 'This invitation is used, withdrawn or too old. Ask for a new one.';
const CHANGED = 'Something changed meanwhile. Open the link again.';

function readLink(text: string): InvitationText {
  const link = readInvitationText(text);
  if (!link) throw new NotFound('invitation');
  return link;
}

/** Under the lock, so that its inviter still may invite when the invitation is taken. */
async function getByLink(tx: Tx, link: InvitationText, now: Date): Promise<InvitationRow> {
  await lockMembers(tx, link.workspaceId);
  const row = await findByLink(tx, link, now);
  if (!row) throw new PreconditionFailed(GONE);
  return row;
}

/** Takes the invitation, once, and makes the person a member; whoever became one otherwise stays as they are. */
async function join(
  tx: Tx,
  services: Services,
  given: { link: InvitationText; row: InvitationRow; userId: string; address: string },
): Promise<void> {
  const { row, userId, link } = given;
  const { workspaceId, digest } = link;
  const { count } = await tx.invitation.deleteMany({ where: { workspaceId, id: row.id, digest } });
  if (count === 0) throw new PreconditionFailed(GONE);
  const member = await tx.membership.findFirst({
    where: { workspaceId, userId },
    select: { deactivatedAt: true },
  });
  if (member?.deactivatedAt) {
    throw new PreconditionFailed('Your access to this workspace is switched off. Ask one of its admins.');
  }
  if (member) return;
  await holdAccount(tx, userId);
  const now = services.now();
  await tx.membership.create({
    data: {
      ...{ workspaceId, userId, role: row.role, allAccounts: row.allAccounts },
      ...{ origin: 'invitation', createdAt: now, updatedAt: now },
    },
  });
  // An account that was disconnected since is no longer there to be seen.
  const accounts = await tx.linkedAccount.findMany({
    where: { workspaceId, ref: { in: row.allAccounts ? [] : row.accountRefs } },
    select: { ref: true },
  });
  await tx.accountGrant.createMany({ data: accounts.map(({ ref }) => ({ workspaceId, userId, ref })) });
  const refs = row.allAccounts ? null : accounts.map(({ ref }) => ref);
  recordAudit(tx, { workspaceId, now: services.now, address: given.address }, 'member.joined', userId, {
    actor: { kind: 'user', id: userId },
    detail: { invitation: row.id, invitedBy: row.invitedBy },
    after: { role: row.role, accounts: accountsInWords(refs), origin: 'invitation' },
  });
}

/**
 * Joins with the account that is signed in. Returns the session's new token, which opens the workspace; null for a session
 * of single sign-on, which opens its own workspace and no other.
 */
export async function acceptInvitation(
  person: Person,
  { text }: LinkText,
): Promise<{ token: string | null }> {
  const link = readLink(text);
  const { userId, session, device } = person;
  await inWorkspace(person.db, link.workspaceId, async (tx) => {
    const row = await getByLink(tx, link, person.now());
    const step = stepOf(link, await findInvitee(tx, row.email), person);
    if (step === 'leave-first') {
      throw new Forbidden(`This invitation is for ${row.email}. Sign in with that address.`);
    }
    if (step !== 'join') {
      throw new PreconditionFailed('Set a new password first: your address was never confirmed.');
    }
    await join(tx, person, { link, row, userId, address: device.address });
  });
  if (session.method === 'saml' || session.method === 'break-glass') return { token: null };
  return { token: await rotateSession(person, session.id, { workspaceId: link.workspaceId }) };
}

interface Anew {
  readonly name: string;
  readonly passwordHash: string;
}

/** The account of an invited address: a new one, or one whose address nobody had proven, emptied of what was set up for it. */
async function takeAccount(
  tx: Tx,
  services: Services,
  given: { link: InvitationText; row: InvitationRow; anew: Anew },
): Promise<string> {
  const { link, row, anew } = given;
  const now = services.now();
  const invitee = await findInvitee(tx, row.email);
  const step = stepOf(link, invitee, null);
  if (step === 'new-password' && invitee) {
    await forgetUnprovenHold(tx, invitee.id, { ...anew, now });
    return invitee.id;
  }
  if (step !== 'new-account')
    throw new PreconditionFailed('This address has an account already. Sign in first.');
  const id = randomUUID();
  const { count } = await tx.appUser.createMany({
    data: [
      {
        ...{ id, email: row.email, ...anew, createdAt: now, passwordChangedAt: now },
        emailVerifiedAt: link.kind === 'mailed' ? now : null,
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) throw new Conflict(CHANGED);
  return id;
}

/** Joins with a name and a password: makes the account, or takes one over that never proved its address. Opens a session. */
export async function acceptAnew(
  services: Services,
  input: AcceptAnewInput,
  device: Device,
): Promise<{ userId: string; token: string }> {
  const link = readLink(input.text);
  const { workspaceId } = link;
  await countAttempt(services, `invite ${link.digest}`, device.address);
  const { email, unproven } = await inWorkspace(services.db, workspaceId, async (tx) => {
    const row = await getByLink(tx, link, services.now());
    const invitee = await findInvitee(tx, row.email);
    return { email: row.email, unproven: stepOf(link, invitee, null) === 'new-password' ? invitee : null };
  });
  const passwordHash = await hashPassword(input.password, [input.name, email]);
  if (unproven) await forgetUnprovenTokens(services, unproven.id);
  const opened = await inWorkspace(services.db, workspaceId, async (tx) => {
    const row = await getByLink(tx, link, services.now());
    const userId = await takeAccount(tx, services, { link, row, anew: { name: input.name, passwordHash } });
    await join(tx, services, { link, row, userId, address: device.address });
    const token = await createSession(
      { now: services.now, db: { prisma: tx } },
      { userId, method: 'password', device, workspaceId },
    );
    return { userId, token };
  });
  if (unproven) await auditSignIn(services, opened.userId, device, { action: 'password.reset' });
  if (link.kind === 'mailed')
    await auditSignIn(services, opened.userId, device, { action: 'email.verified' });
  await auditSignIn(services, opened.userId, device, { action: 'session.opened', method: 'password' });
  return opened;
}
