import type { Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { recordAudit, type JsonObject } from '@/features/audit/record-audit';
import { lockMembers } from '@/features/members/last-owner';
import { auditedSettings, getConnection, type SsoConnection } from './connection';
import { endSessionsOf } from './end-sessions';
import { requireNotEnforced } from './require-not-enforced';

export type Changes = Partial<
  Pick<
    SsoConnection,
    | 'name'
    | 'idpEntityId'
    | 'idpSsoUrl'
    | 'idpSloUrl'
    | 'certificates'
    | 'metadataUrl'
    | 'attributeMap'
    | 'defaultRole'
    | 'groupRules'
    | 'isJitOn'
    | 'allowIdpInitiated'
    | 'wantEncrypted'
    | 'wantSignedAssertion'
  >
>;

const mapText = (connection: SsoConnection) =>
  JSON.stringify([
    connection.attributeMap.email,
    connection.attributeMap.name,
    connection.attributeMap.groups,
  ]);

/** What a test login has proven no longer holds: another provider, another way to read it, or none of the tested certificates. */
export function needsNewTest(before: SsoConnection, after: SsoConnection): boolean {
  const kept = new Set(after.certificates.map((one) => one.fingerprint));
  return (
    before.idpEntityId !== after.idpEntityId ||
    before.idpSsoUrl !== after.idpSsoUrl ||
    mapText(before) !== mapText(after) ||
    (after.wantEncrypted && !before.wantEncrypted) ||
    (after.wantSignedAssertion && !before.wantSignedAssertion) ||
    !before.certificates.some((one) => kept.has(one.fingerprint))
  );
}

const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as object;

const columnsOf = ({ certificates, attributeMap, groupRules, ...rest }: Changes) => ({
  ...rest,
  ...(certificates ? { idpCertificates: json(certificates) } : {}),
  ...(attributeMap ? { attributeMap: json(attributeMap) } : {}),
  ...(groupRules ? { groupRoles: json(groupRules) } : {}),
});

/** Only what differs, so that the trail can be read. */
function differences(before: JsonObject, after: JsonObject): { before: JsonObject; after: JsonObject } {
  const changed = Object.keys(after).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  const of = (from: JsonObject) => Object.fromEntries(changed.map((key) => [key, from[key]]));
  return { before: of(before), after: of(after) };
}

const REQUIRED =
  'Single sign-on is required in this workspace, and this change needs a new test login. Stop requiring it first.';

export interface Saved {
  /** The connection was on, and is off until a new test login. */
  readonly isTurnedOff: boolean;
}

/**
 * Writes settings that changed. Where a test login has to prove them anew, the test is forgotten; a connection that was on is
 * turned off and its sessions end. While single sign-on is required, such a change is refused with PreconditionFailed.
 */
export async function saveSettings(
  tx: Tx,
  ctx: Ctx,
  connectionId: string,
  change: (before: SsoConnection) => Changes,
): Promise<Saved> {
  const { workspaceId } = ctx;
  await lockMembers(tx, workspaceId);
  const before = await getConnection(tx, workspaceId, connectionId);
  const changes = change(before);
  const after: SsoConnection = { ...before, ...changes };
  const isUntested = needsNewTest(before, after);
  const isTurnedOff = isUntested && before.status === 'active';
  const audited = differences(
    auditedSettings(before),
    auditedSettings(isTurnedOff ? { ...after, status: 'draft' } : after),
  );
  if (Object.keys(audited.after).length === 0 && before.metadataUrl === after.metadataUrl)
    return { isTurnedOff };
  if (isTurnedOff) {
    await requireNotEnforced(tx, workspaceId, REQUIRED);
    await endSessionsOf(tx, workspaceId, connectionId);
  }
  await tx.ssoConnection.update({
    where: { workspaceId_id: { workspaceId, id: connectionId } },
    data: {
      ...columnsOf(changes),
      updatedAt: ctx.now(),
      ...(isUntested ? { testedAt: null } : {}),
      ...(isTurnedOff ? { status: 'draft', activatedAt: null } : {}),
    },
  });
  // What was under way was begun under other settings.
  if (isUntested) await tx.samlRequest.deleteMany({ where: { workspaceId, connectionId } });
  recordAudit(tx, ctx, 'sso.changed', connectionId, audited);
  return { isTurnedOff };
}
