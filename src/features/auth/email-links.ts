import { randomBytes, randomUUID } from 'node:crypto';
import type { Services } from '@/context';
import type { Tx } from '@/db/client';
import { Conflict, Forbidden, Invalid, NotFound } from '@/errors';
import { forgetUnprovenTokens } from '@/features/members/unproven-account';
import { auditSignIn } from './audit-sign-in';
import { forgetFactors } from './forget-factors';
import { hashPassword } from './password';
import { requireFresh, requireOwnCredentials, type Person } from './person';
import type { EmailInput, LinkInput, ResetPasswordInput } from './schemas';
import { digestOf, PATIENT, type Device } from './sessions';
import { tellOfChange } from './tell-change';
import { countAttempt } from './throttle';
import { beginUnseen } from './unseen';

const VERIFY_MS = 3 * 86_400_000;
const RESET_MS = 30 * 60_000;
const CHANGE_MS = 60 * 60_000;
/** In a quarter of an hour: each new link ends the one before, so whoever asks on would take it from its owner. */
const RESETS_MAX = 10;
// Prisma's for an address that is taken.
const UNIQUE_VIOLATION = 'P2002';
const TAKEN = 'Another account has this address.';
const OVER = 'This link was used, or its time is over. Ask for a new one.';

type Purpose = 'verify-email' | 'reset-password' | 'change-email';

interface NewLink {
  readonly userId: string;
  readonly purpose: Purpose;
  readonly path: string;
  readonly lifeMs: number;
  readonly data?: Record<string, string | boolean>;
}

/** An address that opens one thing once. Its text is in the mail and nowhere else. */
async function newLink(services: Services, given: NewLink): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await services.db.prisma.userToken.create({
    data: {
      digest: digestOf(token),
      userId: given.userId,
      purpose: given.purpose,
      data: given.data ?? {},
      expiresAt: new Date(services.now().getTime() + given.lifeMs),
    },
  });
  return `${services.config.appUrl}${given.path}/${token}`;
}

type Links = Pick<Services, 'now'> & { db: { prisma: Pick<Tx, 'userToken'> } };

const live = (services: Pick<Services, 'now'>, token: string, purpose: Purpose) => ({
  digest: digestOf(token),
  purpose,
  expiresAt: { gt: services.now() },
});

/** Takes a link: whoever comes second finds it gone. */
async function takeLink(services: Links, token: string, purpose: Purpose) {
  const where = live(services, token, purpose);
  const found = await services.db.prisma.userToken.findFirst({ where, select: { userId: true, data: true } });
  if (!found) throw new NotFound('link');
  const { count } = await services.db.prisma.userToken.deleteMany({ where });
  if (count === 0) throw new NotFound('link');
  return { userId: found.userId, data: found.data as Record<string, string | boolean> };
}

const over = (error: unknown): never => {
  if (error instanceof NotFound) throw new Invalid(OVER);
  throw error;
};

export async function sendVerification(services: Services, userId: string): Promise<void> {
  const user = await services.db.prisma.appUser.findUniqueOrThrow({
    where: { id: userId },
    select: { email: true, emailVerifiedAt: true },
  });
  if (user.emailVerifiedAt || services.mail.kind === 'off') return;
  await countAttempt(services, `verify ${userId}`, `verify ${userId}`);
  const link = await newLink(services, {
    userId,
    purpose: 'verify-email',
    path: '/verify',
    lifeMs: VERIFY_MS,
    data: { email: user.email },
  });
  await services.mail.send({
    to: user.email,
    subject: 'Confirm your address for Belvedere',
    // No name: nobody knows yet whose mailbox it is, and a name can say anything to a stranger.
    text: `Hello,\n\nopen this link to confirm that ${user.email} is yours. It works once, for three days:\n\n${link}\n\nIf you did not sign up for Belvedere, do nothing.\n`,
  });
}

/**
 * The address of the link counts as the person's. Only whoever is signed in to the account can say so: where a stranger signed
 * up with somebody's address, its owner would confirm the stranger's password with one click. Throws Invalid where the link is
 * over or the address another by now, and Forbidden, without taking it, where it is of another account.
 */
export async function verifyEmail(person: Person, input: LinkInput): Promise<void> {
  const { userId, device } = person;
  const of = await person.db.prisma.userToken.findFirst({
    where: live(person, input.token, 'verify-email'),
    select: { userId: true },
  });
  if (of && of.userId !== userId) {
    throw new Forbidden(
      'This link is of another account. Sign in to that one, or set a new password for it first.',
    );
  }
  const { data } = await takeLink(person, input.token, 'verify-email').catch(over);
  const { count } = await person.db.prisma.appUser.updateMany({
    where: { id: userId, email: String(data['email']) },
    data: { emailVerifiedAt: person.now() },
  });
  if (count === 0) throw new Invalid(OVER);
  await auditSignIn(person, userId, device, { action: 'email.verified' });
}

async function mailReset(services: Services, input: EmailInput, device: Device): Promise<void> {
  const user = await services.db.prisma.appUser.findUnique({
    where: { email: input.email },
    select: { id: true },
  });
  if (!user) return;
  await services.db.prisma.userToken.deleteMany({ where: { userId: user.id, purpose: 'reset-password' } });
  const link = await newLink(services, {
    userId: user.id,
    purpose: 'reset-password',
    path: '/reset',
    lifeMs: RESET_MS,
    data: { email: input.email },
  });
  await auditSignIn(services, user.id, device, { action: 'password.reset-requested' });
  await services.mail.send({
    to: input.email,
    subject: 'Set a new password for Belvedere',
    text: `Hello,\n\nsomebody at ${device.address} asked for a new password. Open this link to set one. It works once, for 30 minutes, and signs you out everywhere:\n\n${link}\n\nIf it was not you, do nothing: your password stays as it is.\n`,
  });
}

/** Answers the same for every address, and without waiting for what it does, so that it tells nobody who has an account. */
export async function requestReset(services: Services, input: EmailInput, device: Device): Promise<void> {
  await countAttempt(services, `reset ${input.email}`, device.address, RESETS_MAX);
  beginUnseen(services, 'a link for a new password was not mailed', () => mailReset(services, input, device));
}

/**
 * Sets a password by the link that was mailed, which proves the address as well. Ends every session and every other link.
 * Second factors stay owed, but for those that were set up before the address was ever proven, and API tokens stay but for
 * those that were made before: whoever signs up with somebody else's address would wait for them with these.
 */
export async function resetPassword(
  services: Services,
  input: ResetPasswordInput,
  device: Device,
): Promise<void> {
  await countAttempt(services, `reset by ${device.address}`, device.address);
  const where = live(services, input.token, 'reset-password');
  const found = await services.db.prisma.userToken.findFirst({
    where,
    select: { user: { select: { name: true, email: true } } },
  });
  if (!found) throw new Invalid(OVER);
  // Before the link is taken: a password that is refused must not use it up.
  const passwordHash = await hashPassword(input.password, [found.user.name, found.user.email]);
  const now = services.now();
  const { userId, wasUnproven } = await services.db.prisma.$transaction(async (tx) => {
    const links = { now: services.now, db: { prisma: tx } };
    const link = await takeLink(links, input.token, 'reset-password').catch(over);
    const of = { id: link.userId, email: String(link.data['email']) };
    const unproven = await tx.appUser.count({ where: { ...of, emailVerifiedAt: null } });
    const { count } = await tx.appUser.updateMany({
      where: of,
      data: { passwordHash, passwordChangedAt: now, emailVerifiedAt: now },
    });
    if (count === 0) throw new Invalid(OVER);
    if (unproven > 0) await forgetFactors(tx, link.userId);
    await tx.authSession.deleteMany({ where: { userId: link.userId } });
    await tx.userToken.deleteMany({ where: { userId: link.userId } });
    return { userId: link.userId, wasUnproven: unproven > 0 };
  }, PATIENT);
  tellOfChange(services, { userId, device }, 'password-reset');
  if (wasUnproven) await forgetUnprovenTokens(services, userId);
  await auditSignIn(services, userId, device, { action: 'password.reset' });
}

/** Mails a link to the old and to the new address; the change happens once both were opened. */
export async function requestEmailChange(person: Person, input: EmailInput): Promise<void> {
  requireFresh(person);
  await requireOwnCredentials(person);
  const { userId } = person;
  if (person.mail.kind === 'off')
    throw new Conflict('This installation sends no mail, so an address cannot be confirmed.');
  await countAttempt(person, `change ${userId}`, person.device.address);
  const user = await person.db.prisma.appUser.findUniqueOrThrow({
    where: { id: userId },
    select: { email: true },
  });
  if (user.email === input.email)
    throw new Invalid('That is your address already.', { email: 'That is your address already.' });
  await person.db.prisma.userToken.deleteMany({ where: { userId, purpose: 'change-email' } });
  const change = randomUUID();
  for (const to of [user.email, input.email]) {
    const link = await newLink(person, {
      userId,
      purpose: 'change-email',
      path: '/change-email',
      lifeMs: CHANGE_MS,
      data: { change, from: user.email, to: input.email, isConfirmed: false },
    });
    await person.mail.send({
      to,
      subject: 'Confirm your new address for Belvedere',
      text: `Hello,\n\nyour address at Belvedere is to change from ${user.email} to ${input.email}. Open this link within an hour to agree. The same was sent to the other address; the change happens once both agree:\n\n${link}\n\nIf it was not you, do nothing and change your password.\n`,
    });
  }
  await auditSignIn(person, userId, person.device, { action: 'email.change-requested' });
}

const isTaken = (error: unknown): never => {
  if ((error as { code?: string }).code === UNIQUE_VIOLATION) throw new Conflict(TAKEN);
  throw error;
};

/** One half of a change of address; changes it with the second. Throws Invalid, Conflict. */
export async function confirmEmailChange(
  services: Services,
  input: LinkInput,
  device: Device,
): Promise<{ isDone: boolean }> {
  const done = await services.db.prisma.$transaction(async (tx) => {
    const where = live(services, input.token, 'change-email');
    const found = await tx.userToken.findFirst({ where });
    if (!found) throw new Invalid(OVER);
    const data = found.data as { change: string; from: string; to: string; isConfirmed: boolean };
    // Both halves opened at once wait here for each other.
    await tx.$queryRaw`select digest from user_token where user_id = ${found.userId}::uuid and purpose = 'change-email' order by digest for update`;
    await tx.userToken.updateMany({ where, data: { data: { ...data, isConfirmed: true } } });
    const halves = await tx.userToken.findMany({
      where: { userId: found.userId, purpose: 'change-email', expiresAt: { gt: services.now() } },
    });
    const both = halves.filter((half) => {
      const other = half.data as { change?: string; isConfirmed?: boolean };
      return other.change === data.change && other.isConfirmed;
    });
    if (both.length < 2) return null;
    const { count } = await tx.appUser
      .updateMany({
        where: { id: found.userId, email: data.from },
        data: { email: data.to, emailVerifiedAt: services.now() },
      })
      .catch(isTaken);
    if (count === 0) throw new Invalid(OVER);
    await tx.userToken.deleteMany({ where: { userId: found.userId } });
    await tx.authSession.deleteMany({ where: { userId: found.userId } });
    return { userId: found.userId, from: data.from, to: data.to };
  });
  if (!done) return { isDone: false };
  tellOfChange(services, { userId: done.userId, device }, 'address-changed', done);
  await auditSignIn(services, done.userId, device, { action: 'email.changed' });
  return { isDone: true };
}
