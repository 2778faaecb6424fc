import type { AwsPort } from '@/aws/port';
import { isAllowed, type Permission } from '@/domain/permissions';
import { Forbidden } from '@/errors';
import type { Queue } from '@/jobs/queue';
import type { Logger } from '@/log';
import type { Sealer } from '@/sealer';
import { inWorkspace, sqlInWorkspace, type Db, type Sql, type Tx } from '@/db/client';

export type Actor =
  | { kind: 'user'; userId: string; role: string }
  | { kind: 'system'; job: string; permissions: readonly Permission[] };

export interface ReceiptSigner {
  readonly publicKeyPem: string;
  readonly keyId: string;
  sign(body: string): string;
}

export interface DeploymentConfig {
  readonly appUrl: string;
  readonly collectorRoleArn: string;
  readonly templateUrl: string;
  readonly awsConsoleUrl: string;
  readonly awsRegion: string;
}

/** What every verb may use, whoever calls it. */
export interface Services {
  readonly db: Db;
  readonly aws: AwsPort;
  readonly queue: Queue;
  readonly signer: ReceiptSigner;
  readonly sealer: Sealer;
  readonly config: DeploymentConfig;
  readonly log: Logger;
  readonly now: () => Date;
}

export interface Ctx extends Services {
  readonly workspaceId: string;
  readonly actor: Actor;
}

export function requirePermission(ctx: Ctx, permission: Permission): void {
  const { actor } = ctx;
  const may =
    actor.kind === 'user' ? isAllowed(actor.role, permission) : actor.permissions.includes(permission);
  if (!may) throw new Forbidden();
}

export function withTransaction<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inWorkspace(ctx.db, ctx.workspaceId, work);
}

export function withSql<T>(ctx: Ctx, mode: 'read' | 'write', work: (sql: Sql) => Promise<T>): Promise<T> {
  return sqlInWorkspace(ctx.db, ctx.workspaceId, mode, work);
}

export function systemContext(services: Services, workspaceId: string, job: string): Ctx {
  return {
    ...services,
    workspaceId,
    actor: {
      kind: 'system',
      job,
      permissions: ['cost:read', 'connection:read', 'connection:write', 'connection:revoke'],
    },
  };
}
