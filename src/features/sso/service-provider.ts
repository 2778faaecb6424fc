import type { Services } from '@/context';
import type { SpKey, SpSettings } from '@/saml/types';
import type { SsoConnection } from './connection';

export interface OurAddresses {
  readonly entityId: string;
  readonly acsUrl: string;
  readonly sloUrl: string;
}

/** Who we are to an identity provider. Each connection is a service provider of its own: what is meant for one fits no other. */
export function addressesOf(
  { config }: Pick<Services, 'config'>,
  workspaceId: string,
  connectionId: string,
): OurAddresses {
  const base = `${config.appUrl}/sso/${workspaceId}/${connectionId}`;
  return { entityId: `${base}/metadata`, acsUrl: `${base}/acs`, sloUrl: `${base}/slo` };
}

export const spOf = (
  services: Pick<Services, 'config'>,
  workspaceId: string,
  connection: Pick<SsoConnection, 'id' | 'wantEncrypted' | 'wantSignedAssertion'>,
  keys: readonly SpKey[],
): SpSettings => ({
  ...addressesOf(services, workspaceId, connection.id),
  keys,
  wantEncrypted: connection.wantEncrypted,
  wantSignedAssertion: connection.wantSignedAssertion,
});
