import { z } from 'zod';
import type { Tx } from '@/db/client';
import { roles, type Role } from '@/domain/permissions';
import { readGroupRules, type GroupRule } from '@/domain/group-roles';
import { NotFound } from '@/errors';
import type { IdpCertificate, IdpSettings } from '@/saml/types';
import type { AttributeMap } from './attribute-map';

const Certificates = z.array(
  z.object({
    pem: z.string(),
    subject: z.string(),
    notBefore: z.string(),
    notAfter: z.string(),
    fingerprint: z.string(),
  }),
);

const Map = z.object({
  email: z.string().nullable().catch(null),
  name: z.string().nullable().catch(null),
  groups: z.string().nullable().catch(null),
});

const TestResult = z.object({
  at: z.string(),
  by: z.string(),
  isPassed: z.boolean(),
  /** Our word for why not. */
  reason: z.string().nullable(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  role: z.string().nullable(),
  isOfVerifiedDomain: z.boolean(),
  nameIdFormat: z.string().nullable(),
  groups: z.array(z.string()),
  attributes: z.array(z.object({ name: z.string(), values: z.array(z.string()), more: z.number() })),
});
/** What a test login said: the attributes as they came, and what would have been made of them. */
export type TestResult = z.infer<typeof TestResult>;

export interface SsoConnection {
  readonly id: string;
  readonly name: string;
  readonly status: 'draft' | 'active';
  readonly idpEntityId: string | null;
  readonly idpSsoUrl: string | null;
  readonly idpSloUrl: string | null;
  readonly certificates: readonly IdpCertificate[];
  readonly metadataUrl: string | null;
  readonly attributeMap: AttributeMap;
  readonly defaultRole: Role;
  readonly groupRules: readonly GroupRule[];
  readonly isJitOn: boolean;
  readonly allowIdpInitiated: boolean;
  readonly wantEncrypted: boolean;
  /** False: the signature of the response is enough, for providers that sign one of the two. */
  readonly wantSignedAssertion: boolean;
  readonly lastTest: TestResult | null;
  /** When the settings as they stand passed a test login. */
  readonly testedAt: Date | null;
  readonly activatedAt: Date | null;
  readonly updatedAt: Date;
}

type Row = NonNullable<Awaited<ReturnType<Tx['ssoConnection']['findFirst']>>>;

/** What cannot be read gives nobody anything: no certificate, no rule, the least role. */
function connectionOf(row: Row): SsoConnection {
  return {
    id: row.id,
    name: row.name,
    status: row.status === 'active' ? 'active' : 'draft',
    idpEntityId: row.idpEntityId,
    idpSsoUrl: row.idpSsoUrl,
    idpSloUrl: row.idpSloUrl,
    certificates: Certificates.catch([]).parse(row.idpCertificates),
    metadataUrl: row.metadataUrl,
    attributeMap: Map.catch({ email: null, name: null, groups: null }).parse(row.attributeMap),
    defaultRole: z.enum(roles).catch('viewer').parse(row.defaultRole),
    groupRules: readGroupRules(row.groupRoles),
    isJitOn: row.isJitOn,
    allowIdpInitiated: row.allowIdpInitiated,
    wantEncrypted: row.wantEncrypted,
    wantSignedAssertion: row.wantSignedAssertion,
    lastTest: TestResult.nullable().catch(null).parse(row.lastTest),
    testedAt: row.testedAt,
    activatedAt: row.activatedAt,
    updatedAt: row.updatedAt,
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const isUuid = (text: string) => UUID.test(text);

/** Null where the workspace has no such connection. */
export async function findConnection(tx: Tx, workspaceId: string, id: string): Promise<SsoConnection | null> {
  if (!isUuid(id)) return null;
  const row = await tx.ssoConnection.findFirst({ where: { workspaceId, id } });
  return row && connectionOf(row);
}

/** Throws NotFound. */
export async function getConnection(tx: Tx, workspaceId: string, id: string): Promise<SsoConnection> {
  const found = await findConnection(tx, workspaceId, id);
  if (!found) throw new NotFound('connection');
  return found;
}

export async function listConnectionsOf(tx: Tx, workspaceId: string): Promise<SsoConnection[]> {
  const rows = await tx.ssoConnection.findMany({
    where: { workspaceId },
    orderBy: [{ status: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(connectionOf);
}

/** Null while something that a sign-in needs is missing. */
export function idpOf(connection: SsoConnection): IdpSettings | null {
  const { idpEntityId, idpSsoUrl, idpSloUrl, certificates } = connection;
  if (idpEntityId === null || idpSsoUrl === null || certificates.length === 0) return null;
  return { entityId: idpEntityId, ssoUrl: idpSsoUrl, sloUrl: idpSloUrl, certificates };
}

/** What the audit trail keeps of the settings: no certificate, only which. */
export const auditedSettings = (connection: SsoConnection) => ({
  name: connection.name,
  idpEntityId: connection.idpEntityId,
  idpSsoUrl: connection.idpSsoUrl,
  idpSloUrl: connection.idpSloUrl,
  certificates: connection.certificates.map((one) => one.fingerprint),
  attributeMap: { ...connection.attributeMap },
  defaultRole: connection.defaultRole,
  groupRules: connection.groupRules.map(({ group, role }) => ({ group, role })),
  isJitOn: connection.isJitOn,
  allowIdpInitiated: connection.allowIdpInitiated,
  wantEncrypted: connection.wantEncrypted,
  wantSignedAssertion: connection.wantSignedAssertion,
  status: connection.status,
});
