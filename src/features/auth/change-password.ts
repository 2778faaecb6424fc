import { Invalid } from '@/errors';
import { auditSignIn } from './audit-sign-in';
import { hashPassword, verifyPassword } from './password';
import { requireOwnCredentials, type Person } from './person';
import type { ChangePasswordInput } from './schemas';
import { tellOfChange } from './tell-change';
import { countAttempt, forgetAttempts } from './throttle';

const WRONG = 'The current password is not right.';

/** Changes a password and ends every session, the asking one too, and every link that was mailed; the caller signs in anew. */
export async function changePassword(person: Person, input: ChangePasswordInput): Promise<void> {
  await requireOwnCredentials(person);
  const { userId } = person;
  const account = `own ${userId}`;
  await countAttempt(person, account, person.device.address);
  const user = await person.db.prisma.appUser.findUniqueOrThrow({
    where: { id: userId },
    select: { name: true, email: true, passwordHash: true },
  });
  if (user.passwordHash === null) {
    throw new Invalid('You have no password yet. Ask for a link to set one on the sign-in page.', {
      current: 'You have no password yet.',
    });
  }
  if (!(await verifyPassword(user.passwordHash, input.current))) {
    await auditSignIn(person, userId, person.device, { action: 'factor.refused', reason: 'password' });
    throw new Invalid(WRONG, { current: WRONG });
  }
  await forgetAttempts(person, account, person.device.address);
  const passwordHash = await hashPassword(input.next, [user.name, user.email]);
  await person.db.prisma.$transaction([
    person.db.prisma.appUser.update({
      where: { id: userId },
      data: { passwordHash, passwordChangedAt: person.now() },
    }),
    person.db.prisma.authSession.deleteMany({ where: { userId } }),
    // A change of address that somebody else asked for ends here, as its mail says.
    person.db.prisma.userToken.deleteMany({ where: { userId } }),
  ]);
  tellOfChange(person, person, 'password-changed');
  await auditSignIn(person, userId, person.device, { action: 'password.changed' });
}
