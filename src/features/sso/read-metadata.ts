import type { Services } from '@/context';
import { inWorkspace } from '@/db/client';
import { buildMetadata } from '@/saml/metadata';
import { findConnection, isUuid } from './connection';
import { openKeys } from './keys';
import { spOf } from './service-provider';

/** What an identity provider needs to know of us, as XML. It holds nothing secret; null where there is no such connection. */
export async function readMetadata(
  services: Services,
  given: { workspaceId: string; connectionId: string },
): Promise<string | null> {
  const { workspaceId, connectionId } = given;
  if (!isUuid(workspaceId)) return null;
  return inWorkspace(services.db, workspaceId, async (tx) => {
    const connection = await findConnection(tx, workspaceId, connectionId);
    if (!connection) return null;
    return buildMetadata(spOf(services, workspaceId, connection, await openKeys(services, tx, workspaceId)));
  });
}
