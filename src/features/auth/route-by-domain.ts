import type { Services } from '@/context';
import type { EmailInput } from './schemas';
import { countAttempt } from './throttle';

export interface SignInRoute {
  /** Where the person's domain signs in; null: with a password or passkey. */
  readonly sso: {
    readonly workspaceId: string;
    readonly connectionId: string;
    readonly isEnforced: boolean;
  } | null;
}

/** By the domain alone, so that it tells nobody which addresses have an account. */
export async function routeByDomain(
  services: Services,
  input: EmailInput,
  address: string,
): Promise<SignInRoute> {
  await countAttempt(services, `route ${input.email}`, `route ${address}`);
  const { rows } = await services.db.pool.query<{
    workspace_id: string;
    sso_connection_id: string;
    enforce_sso: boolean;
  }>('select * from sso_of_domain($1)', [input.email.split('@').at(-1)]);
  const row = rows[0];
  return {
    sso: row
      ? { workspaceId: row.workspace_id, connectionId: row.sso_connection_id, isEnforced: row.enforce_sso }
      : null,
  };
}
