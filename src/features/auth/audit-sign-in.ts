import type { Services } from '@/context';
import { inWorkspace } from '@/db/client';
import { recordAudit, type AuditAction } from '@/features/audit/record-audit';
import type { Device } from './sessions';
import { beginUnseen } from './unseen';

type Fact =
  | { action: 'session.opened' | 'session.stepped-up'; method: string }
  | { action: 'session.refused' | 'factor.refused'; reason: string }
  | {
      action: Exclude<
        AuditAction,
        'session.opened' | 'session.refused' | 'factor.refused' | 'session.stepped-up'
      >;
    };

/** What a password or a passkey opens: single sign-on shuts them out where it is required. */
const OPENED = 'and not (enforce_sso and sso_connection_id is not null)';

/**
 * What a person did at the door, in the trail of each workspace that they belong to. When and from where they signed in concerns
 * those that it opens alone, and of these `only`, where the session is held to one. A refused attempt is a stranger's: nobody has
 * proved to be the person.
 */
export async function auditSignIn(
  services: Services,
  userId: string,
  device: Pick<Device, 'address'>,
  fact: Fact,
  only: string | null = null,
): Promise<void> {
  const { action, ...detail } = fact;
  const opened = action === 'session.opened' ? OPENED : '';
  const { rows } = await services.db.pool.query<{ workspace_id: string }>(
    `select workspace_id from workspaces_of_user($1)
     where ($2::uuid is null or workspace_id = $2) ${opened} order by workspace_id`,
    [userId, only],
  );
  const isRefused = action === 'session.refused' || action === 'factor.refused';
  for (const { workspace_id: workspaceId } of rows) {
    await inWorkspace(services.db, workspaceId, async (tx) =>
      recordAudit(tx, { workspaceId, now: services.now, address: device.address }, action, userId, {
        actor: { kind: isRefused ? 'stranger' : 'user', id: isRefused ? null : userId },
        detail,
      }),
    );
  }
}

/** The same without waiting, where the time it takes would tell whether there is such a person. */
export function auditUnseen(
  services: Services,
  userId: string,
  device: Pick<Device, 'address'>,
  fact: Fact,
): void {
  beginUnseen(services, `${fact.action} was not recorded`, () => auditSignIn(services, userId, device, fact));
}
