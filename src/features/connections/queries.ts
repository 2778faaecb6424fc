import type { Prisma } from '@/db/generated/client';
import type { Tx } from '@/db/client';
import { NotFound, PreconditionFailed } from '@/errors';
import type { ConnectionFailure, ConnectionKind, ConnectionStatus, DeniedAction } from './schemas';

const columns = {
  id: true,
  name: true,
  kind: true,
  status: true,
  awsAccountId: true,
  roleArn: true,
  roleName: true,
  externalId: true,
  groups: true,
  epoch: true,
  dailyCapUsd: true,
  failure: true,
  denied: true,
  probes: true,
  failedProbes: true,
  organizationId: true,
  createdAt: true,
  pollingSince: true,
  probedAt: true,
  activeSince: true,
  nextActionAt: true,
} satisfies Prisma.ConnectionSelect;

type Row = Prisma.ConnectionGetPayload<{ select: typeof columns }>;

export interface ProbeResult {
  readonly without: string | null;
  readonly wrong: string | null;
  readonly right: string;
  readonly accountMatches: boolean | null;
}

export interface Connection extends Omit<
  Row,
  'kind' | 'status' | 'failure' | 'denied' | 'probes' | 'dailyCapUsd'
> {
  readonly kind: ConnectionKind;
  readonly status: ConnectionStatus;
  readonly failure: ConnectionFailure | null;
  readonly denied: readonly DeniedAction[];
  readonly probes: ProbeResult | null;
  readonly dailyCapUsd: string;
}

function toConnection(row: Row): Connection {
  return {
    ...row,
    kind: row.kind as ConnectionKind,
    status: row.status as ConnectionStatus,
    failure: row.failure as ConnectionFailure | null,
    denied: (row.denied ?? []) as unknown as DeniedAction[],
    probes: row.probes as ProbeResult | null,
    dailyCapUsd: row.dailyCapUsd.toFixed(),
  };
}

/** A revoked connection is in no answer, also while its rows are still being erased. */
export async function findConnection(tx: Tx, workspaceId: string, id: string): Promise<Connection | null> {
  const row = await tx.connection.findFirst({ where: { workspaceId, id, revokedAt: null }, select: columns });
  return row && toConnection(row);
}

export async function getConnection(tx: Tx, workspaceId: string, id: string): Promise<Connection> {
  const found = await findConnection(tx, workspaceId, id);
  if (!found) throw new NotFound('connection');
  return found;
}

/** The same for what takes a role: throws PreconditionFailed for a source of uploaded files. */
export async function getAwsConnection(tx: Tx, workspaceId: string, id: string): Promise<Connection> {
  const found = await getConnection(tx, workspaceId, id);
  if (found.kind !== 'aws')
    throw new PreconditionFailed('This is a source of uploaded files, which has no role.');
  return found;
}

/** The same for what takes files: throws PreconditionFailed for a connection to AWS. */
export async function getUploadSource(tx: Tx, workspaceId: string, id: string): Promise<Connection> {
  const found = await getConnection(tx, workspaceId, id);
  if (found.kind !== 'upload')
    throw new PreconditionFailed(
      'Files cannot be uploaded to a connection to AWS. Make a source of files for them.',
    );
  return found;
}

export async function listConnectionRows(tx: Tx, workspaceId: string): Promise<Connection[]> {
  const rows = await tx.connection.findMany({
    where: { workspaceId, revokedAt: null },
    select: columns,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(toConnection);
}

export async function findOpenConnectionOf(
  tx: Tx,
  workspaceId: string,
  awsAccountId: string,
): Promise<Connection | null> {
  const row = await tx.connection.findFirst({
    where: { workspaceId, awsAccountId, revokedAt: null },
    select: columns,
  });
  return row && toConnection(row);
}

/**
 * The name of another connection whose organization already brings this account's cost; null where none does. Its totals
 * count as well as its list of accounts, which AWS may not have let us read. Files do not count: the account is taken out of them.
 */
export async function findCoveringConnection(
  tx: Tx,
  workspaceId: string,
  awsAccountId: string,
): Promise<string | null> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    select c.name from connection c
    where c.workspace_id = ${workspaceId}::uuid and c.kind = 'aws' and c.revoked_at is null and c.aws_account_id <> ${awsAccountId}
      and (
        exists (select from linked_account a
          where a.workspace_id = c.workspace_id and a.connection_id = c.id and a.aws_account_id = ${awsAccountId})
        or exists (select from control_total t
          where t.workspace_id = c.workspace_id and t.connection_id = c.id and t.sub_account_id = ${awsAccountId})
      )
    limit 1`;
  return rows[0]?.name ?? null;
}
