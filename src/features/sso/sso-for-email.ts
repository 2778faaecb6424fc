import type { Services } from '@/context';
import { inWorkspace } from '@/db/client';
import { domainOf } from './attribute-map';

export interface SsoRoute {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly isEnforced: boolean;
}

/** Where people of the address's domain sign in; null: here. Tells nothing of whether the address has an account. */
export async function ssoForEmail(services: Services, email: string): Promise<SsoRoute | null> {
  const { rows } = await services.db.pool.query<{
    workspace_id: string;
    sso_connection_id: string;
    enforce_sso: boolean;
  }>('select * from sso_of_domain($1)', [domainOf(email.trim().toLowerCase())]);
  const row = rows[0];
  if (!row) return null;
  return { workspaceId: row.workspace_id, connectionId: row.sso_connection_id, isEnforced: row.enforce_sso };
}

export interface SsoChoice {
  readonly connectionId: string;
  readonly name: string;
  readonly isEnforced: boolean;
}

/** The connections of a workspace that people can sign in by: one, or none. For pages of somebody who belongs to it. */
export async function listSso(services: Services, workspaceId: string): Promise<SsoChoice[]> {
  return inWorkspace(services.db, workspaceId, async (tx) => {
    const workspace = await tx.workspace.findFirst({
      where: { id: workspaceId },
      select: { enforceSso: true },
    });
    const rows = await tx.ssoConnection.findMany({
      where: { workspaceId, status: 'active' },
      select: { id: true, name: true },
    });
    return rows.map(({ id, name }) => ({
      connectionId: id,
      name,
      isEnforced: workspace?.enforceSso ?? false,
    }));
  });
}
