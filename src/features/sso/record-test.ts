import type { Services } from '@/context';
import { inWorkspace } from '@/db/client';
import { recordAudit } from '@/features/audit/record-audit';
import { domainOf } from './attribute-map';
import { findConnection } from './connection';
import { isVerifiedDomain } from './domains';
import { refuseLogin, type At } from './refused';
import type { TakenRequest, TestFacts } from './ticket';

const nothing = { email: null, name: null, role: null, nameIdFormat: null, groups: [], attributes: [] };

/**
 * Keeps what a test login said. It proves the settings only as they were when it began: throws SsoRefused where they were
 * changed since.
 */
export async function saveTest(
  services: Services,
  at: At,
  request: TakenRequest,
  facts: Pick<TestFacts, 'reason'> & Partial<TestFacts>,
): Promise<void> {
  const { workspaceId, connectionId, address } = at;
  await inWorkspace(services.db, workspaceId, async (tx) => {
    const connection =
      (await findConnection(tx, workspaceId, connectionId)) ?? refuseLogin('unknown-connection');
    if (connection.updatedAt.getTime() > Date.parse(request.createdAt)) refuseLogin('settings-changed');
    const given: TestFacts = { ...nothing, ...facts };
    const isPassed = given.reason === null;
    const isOfVerifiedDomain =
      given.email !== null && (await isVerifiedDomain(tx, workspaceId, domainOf(given.email)));
    const now = services.now();
    const result = {
      ...given,
      at: now.toISOString(),
      by: request.userId ?? '',
      isPassed,
      isOfVerifiedDomain,
    };
    await tx.ssoConnection.update({
      where: { workspaceId_id: { workspaceId, id: connectionId } },
      data: {
        lastTest: JSON.parse(JSON.stringify(result)) as object,
        // A failure takes nothing back: another test of the same settings passed.
        ...(isPassed ? { testedAt: now } : {}),
      },
    });
    recordAudit(tx, { workspaceId, now: services.now, address }, 'sso.tested', connectionId, {
      detail: { isPassed, reason: given.reason },
      actor: { kind: 'user', id: request.userId },
    });
  });
}
