import { may, requirePermission, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import type { AttributeMap } from './attribute-map';
import type { GroupRule } from '@/domain/group-roles';
import { idpOf, listConnectionsOf, type SsoConnection, type TestResult } from './connection';
import { listDomainsOf, type DomainFacts } from './domains';
import { enforceableOf, type Enforceable } from './enforce-sso';
import { certificateState, daysLeft, type CertificateState } from './expiring';
import { listKeysOf, type KeyFacts } from './keys';
import { refusalText } from './refused';
import { addressesOf, type OurAddresses } from './service-provider';

const REFUSALS_SHOWN = 8;

export interface CertificateFacts {
  readonly fingerprint: string;
  readonly subject: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly state: CertificateState;
  readonly days: number;
}

export interface RefusalFacts {
  readonly at: string;
  readonly connectionId: string | null;
  readonly text: string;
  readonly address: string | null;
}

export interface ConnectionFacts {
  readonly id: string;
  readonly name: string;
  readonly status: SsoConnection['status'];
  readonly us: OurAddresses;
  /** The provider is known well enough to sign in. */
  readonly isSetUp: boolean;
  readonly idpEntityId: string | null;
  readonly idpSsoUrl: string | null;
  readonly idpSloUrl: string | null;
  readonly metadataUrl: string | null;
  readonly certificates: readonly CertificateFacts[];
  readonly attributeMap: AttributeMap;
  readonly defaultRole: string;
  readonly groupRules: readonly GroupRule[];
  readonly isJitOn: boolean;
  readonly allowIdpInitiated: boolean;
  readonly wantEncrypted: boolean;
  readonly wantSignedAssertion: boolean;
  readonly isTested: boolean;
  readonly lastTest: (TestResult & { readonly text: string | null }) | null;
  readonly activatedAt: string | null;
  /** How many sessions were opened by it and are open. */
  readonly sessions: number;
}

export interface SsoFacts {
  readonly connections: readonly ConnectionFacts[];
  readonly domains: readonly DomainFacts[];
  readonly keys: readonly KeyFacts[];
  readonly refusals: readonly RefusalFacts[];
  readonly isEnforced: boolean;
  readonly enforceable: Enforceable;
  readonly mayWrite: boolean;
}

async function factsOf(tx: Tx, ctx: Ctx, connection: SsoConnection): Promise<ConnectionFacts> {
  const now = ctx.now();
  const { lastTest, certificates, testedAt, activatedAt, updatedAt: _, ...rest } = connection;
  return {
    ...rest,
    us: addressesOf(ctx, ctx.workspaceId, connection.id),
    isSetUp: idpOf(connection) !== null,
    certificates: certificates.map(({ fingerprint, subject, notBefore, notAfter }) => ({
      ...{ fingerprint, subject, notBefore, notAfter },
      state: certificateState({ notBefore, notAfter }, now),
      days: daysLeft({ notAfter }, now),
    })),
    isTested: testedAt !== null,
    lastTest: lastTest && {
      ...lastTest,
      text: lastTest.reason === null ? null : refusalText(lastTest.reason),
    },
    activatedAt: activatedAt?.toISOString() ?? null,
    sessions: await tx.authSession.count({
      where: { ssoWorkspaceId: ctx.workspaceId, ssoConnectionId: connection.id, expiresAt: { gt: now } },
    }),
  };
}

async function recentRefusals(tx: Tx, workspaceId: string): Promise<RefusalFacts[]> {
  const rows = await tx.auditEvent.findMany({
    where: { workspaceId, action: 'sso.refused' },
    orderBy: { seq: 'desc' },
    take: REFUSALS_SHOWN,
    select: { at: true, subjectId: true, detail: true, address: true },
  });
  return rows.map(({ at, subjectId, detail, address }) => {
    const reason = detail && typeof detail === 'object' && 'reason' in detail ? detail['reason'] : null;
    return {
      at: at.toISOString(),
      connectionId: subjectId,
      text: refusalText(typeof reason === 'string' ? reason : ''),
      address,
    };
  });
}

/** All that the settings page shows. It holds no key and no whole certificate. */
export async function readSso(ctx: Ctx): Promise<SsoFacts> {
  requirePermission(ctx, 'sso:read');
  const { workspaceId, actor } = ctx;
  return withTransaction(ctx, async (tx) => {
    const workspace = await tx.workspace.findUniqueOrThrow({
      where: { id: workspaceId },
      select: { enforceSso: true },
    });
    const connections: ConnectionFacts[] = [];
    for (const one of await listConnectionsOf(tx, workspaceId)) connections.push(await factsOf(tx, ctx, one));
    return {
      connections,
      domains: await listDomainsOf(tx, workspaceId),
      keys: await listKeysOf(ctx, tx, workspaceId),
      refusals: await recentRefusals(tx, workspaceId),
      isEnforced: workspace.enforceSso,
      enforceable: await enforceableOf(tx, workspaceId, actor.kind === 'user' ? actor.userId : null),
      mayWrite: may(actor, 'sso:write'),
    };
  });
}
