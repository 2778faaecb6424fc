import { hash, verify } from '@node-rs/argon2';
import { Invalid } from '@/errors';
import { isCommonPassword } from './common-password';

// OWASP's second argon2id profile: 19 MiB, two passes.
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const COMMON = 'This password is one of those that are guessed first. Choose another.';

let decoy: Promise<string> | undefined;

/**
 * A new password as it is stored. `personal` is what must not be the password: the person's name and address. Throws Invalid
 * for one that is easily guessed (NIST SP 800-63B, 5.1.1.2).
 */
export async function hashPassword(password: string, personal: readonly string[] = []): Promise<string> {
  if (isCommonPassword(password, personal)) throw new Invalid(COMMON, { password: COMMON, next: COMMON });
  return hash(password, OPTIONS);
}

/** Without a stored hash it works just as long and answers no, so that time does not tell which addresses exist. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hash('no account has this password', OPTIONS);
  const matches = await verify(stored ?? (await decoy), password);
  return stored !== null && matches;
}
