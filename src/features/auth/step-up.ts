import { Forbidden, Invalid } from '@/errors';
import { auditSignIn } from './audit-sign-in';
import { verifyPassword } from './password';
import type { Person } from './person';
import type { Proof } from './schemas';
import { proveFactor } from './second-factor';
import { rotateSession } from './sessions';
import { tellOfChange } from './tell-change';
import { countAttempt, forgetAttempts } from './throttle';

/** How somebody can show again that it is them; `sso`: at their identity provider. */
export type StepUpWay = 'password' | 'totp' | 'passkey' | 'sso';

/** A second factor where there is one, and the password only where there is none. */
export async function waysToStepUp(person: Person): Promise<StepUpWay[]> {
  if (person.session.method === 'saml') return ['sso'];
  const user = await person.db.prisma.appUser.findUniqueOrThrow({
    where: { id: person.userId },
    select: { passwordHash: true, totpConfirmedAt: true, _count: { select: { passkeys: true } } },
  });
  const factors: StepUpWay[] = [
    ...(user._count.passkeys > 0 ? (['passkey'] as const) : []),
    ...(user.totpConfirmedAt ? (['totp'] as const) : []),
  ];
  return factors.length > 0 ? factors : user.passwordHash ? ['password'] : [];
}

async function isRightPassword(person: Person, password: string): Promise<boolean> {
  const account = `own ${person.userId}`;
  await countAttempt(person, account, person.device.address);
  const user = await person.db.prisma.appUser.findUnique({
    where: { id: person.userId },
    select: { passwordHash: true },
  });
  const matches = await verifyPassword(user?.passwordHash ?? null, password);
  if (matches) await forgetAttempts(person, account, person.device.address);
  else {
    await auditSignIn(person, person.userId, person.device, { action: 'factor.refused', reason: 'password' });
  }
  return matches;
}

/**
 * Proves again who is there, for five minutes. Returns the session's new token: it may do more now. Throws Invalid for a wrong
 * proof and Forbidden for one that is too weak for this person.
 */
export async function stepUp(person: Person, proof: Proof): Promise<{ token: string }> {
  const ways = await waysToStepUp(person);
  const isStrong =
    proof.kind === 'recovery'
      ? ways.some((way) => way === 'totp' || way === 'passkey')
      : ways.includes(proof.kind);
  if (!isStrong) throw new Forbidden('Confirm with your second factor.');
  const isRight =
    proof.kind === 'password'
      ? await isRightPassword(person, proof.password)
      : await proveFactor(person, person.userId, proof, person.device);
  if (!isRight) {
    const message =
      proof.kind === 'password' ? 'The password is not right.' : 'That is not right, or was used before.';
    throw new Invalid(message, { [proof.kind === 'password' ? 'password' : 'code']: message });
  }
  const secondFactor = proof.kind === 'password' ? {} : ({ secondFactor: true } as const);
  const token = await rotateSession(person, person.session.id, { steppedUp: true, ...secondFactor });
  if (proof.kind === 'recovery') {
    tellOfChange(person, person, 'code-used');
    await auditSignIn(person, person.userId, person.device, { action: 'factor.code-used' });
  }
  await auditSignIn(person, person.userId, person.device, {
    action: 'session.stepped-up',
    method: proof.kind,
  });
  return { token };
}

/** Where a person of single sign-on proves again who they are; null for everybody else. */
export async function ssoStepUpPath(person: Person): Promise<string | null> {
  if (person.session.method !== 'saml') return null;
  const row = await person.db.prisma.authSession.findUnique({
    where: { id: person.session.id },
    select: { ssoWorkspaceId: true, ssoConnectionId: true },
  });
  return row?.ssoWorkspaceId && row.ssoConnectionId
    ? `/sso/${row.ssoWorkspaceId}/${row.ssoConnectionId}/start?purpose=step-up`
    : null;
}
