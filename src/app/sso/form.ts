import { TooLarge } from '@/errors';
import { recordRefusal, SsoRefused, type At } from '@/features/sso/refused';
import { runtime } from '@/runtime';
import { readText } from '@/security/read-body';

// Base64 of the largest message that is read, with every sign of it written as three.
const MAX_BYTES = 1024 * 1024;

/** The fields of a form that another site had the browser send. Throws SsoRefused where it is too large, or no text. */
export async function readForm(request: Request, at: At): Promise<URLSearchParams> {
  try {
    return new URLSearchParams(await readText(request, MAX_BYTES));
  } catch (error) {
    const reason = error instanceof TooLarge ? 'too-large' : 'encoding';
    await recordRefusal(runtime(), at, reason).catch(() => undefined);
    throw new SsoRefused(reason);
  }
}
