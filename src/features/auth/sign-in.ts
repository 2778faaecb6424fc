import type { Services } from '@/context';
import { Unauthenticated } from '@/errors';
import { verifyPassword } from './password';
import type { SignInInput } from './schemas';
import { createSession } from './sessions';
import { countAttempt, forgetAttempts } from './throttle';

const WRONG = 'The email address or the password is not right.';

/** Checks a password and opens a session. Says the same, after the same work, whether the address is known or not. */
export async function signIn(
  services: Services,
  input: SignInInput,
  address: string,
): Promise<{ userId: string; token: string }> {
  await countAttempt(services, input.email, address);
  const user = await services.db.prisma.appUser.findUnique({
    where: { email: input.email },
    select: { id: true, passwordHash: true },
  });
  const matches = await verifyPassword(user?.passwordHash ?? null, input.password);
  if (!user || !matches) throw new Unauthenticated(WRONG);
  await forgetAttempts(services, input.email, address);
  return { userId: user.id, token: await createSession(services, user.id) };
}
