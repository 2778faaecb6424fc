import type { Services } from '@/context';
import { ssoForEmail, type SsoRoute } from '@/features/sso/sso-for-email';
import type { EmailInput } from './schemas';
import { countAttempt } from './throttle';

export interface SignInRoute {
  /** Where the person's domain signs in; null: with a password or passkey. */
  readonly sso: SsoRoute | null;
}

/** By the domain alone, so that it tells nobody which addresses have an account. */
export async function routeByDomain(
  services: Services,
  input: EmailInput,
  address: string,
): Promise<SignInRoute> {
  await countAttempt(services, `route ${input.email}`, `route ${address}`);
  return { sso: await ssoForEmail(services, input.email) };
}
