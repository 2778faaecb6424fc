import type { AwsPort } from '@/aws/port';
import { isAllowed, staffPermissions, type Permission } from '@/domain/permissions';
import { Forbidden, StepUpNeeded } from '@/errors';
import type { Queue } from '@/jobs/queue';
import type { Logger } from '@/log';
import type { Mailer } from '@/mail/mailer';
import type { Operator } from '@/operator/operator';
import type { Sealer } from '@/sealer';
import type { Vault } from '@/vault';
import {
  askInWorkspace,
  inWorkspace,
  sqlInWorkspace,
  type Db,
  type OneStatement,
  type Sql,
  type Tx,
} from '@/db/client';

/** How a signed-in person came in. A SAML session opens the workspace of its identity provider and no other. */
export type SignInMethod = 'password' | 'passkey' | 'saml' | 'break-glass';

export interface SessionFacts {
  readonly id: string;
  readonly method: SignInMethod;
  /** When the person last proved who they are: at sign-in, or when asked again. */
  readonly steppedUpAt: Date | null;
}

export type Actor =
  | {
      kind: 'user';
      userId: string;
      role: string;
      /** The linked accounts that they may see; null or absent: all. */
      accounts?: readonly string[] | null;
      session?: SessionFacts;
    }
  | {
      kind: 'token';
      tokenId: string;
      /** Whose it is; null for a service token. */
      userId: string | null;
      role: string;
      scopes: readonly Permission[];
      accounts?: readonly string[] | null;
    }
  | { kind: 'staff'; staffId: string; name: string; accessId: string; expiresAt: Date }
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
  /** How many proxies of the operator's stand in front. */
  readonly trustedProxies: number;
  /** Where domains are looked up; null: where the machine looks. */
  readonly dnsServers: readonly string[] | null;
  readonly operator: Operator;
}

/** What every verb may use, whoever calls it. */
export interface Services {
  readonly db: Db;
  readonly aws: AwsPort;
  readonly queue: Queue;
  readonly signer: ReceiptSigner;
  readonly sealer: Sealer;
  /** Encrypts what has to be read again: TOTP secrets and SAML keys. */
  readonly vault: Vault;
  readonly mail: Mailer;
  readonly config: DeploymentConfig;
  readonly log: Logger;
  readonly now: () => Date;
}

export interface Ctx extends Services {
  readonly workspaceId: string;
  readonly actor: Actor;
  /** The address that the request came from. */
  readonly address?: string | null;
}

export function may(actor: Actor, permission: Permission): boolean {
  switch (actor.kind) {
    case 'user':
      return isAllowed(actor.role, permission, actor.accounts);
    case 'token':
      return actor.scopes.includes(permission) && isAllowed(actor.role, permission, actor.accounts);
    case 'staff':
      return staffPermissions.includes(permission);
    case 'system':
      return actor.permissions.includes(permission);
  }
}

/** For answers that go on for long: whether somebody may do and see now just what the actor of the question could. */
export function isSameAccess(
  now: { readonly role: string; readonly accounts: readonly string[] | null },
  then: Actor,
): boolean {
  if (then.kind !== 'user' && then.kind !== 'token') return false;
  const inOrder = (accounts?: readonly string[] | null) => JSON.stringify(accounts?.toSorted() ?? null);
  return now.role === then.role && inOrder(now.accounts) === inOrder(then.accounts);
}

export function requirePermission(ctx: Ctx, permission: Permission): void {
  if (!may(ctx.actor, permission)) throw new Forbidden();
}

/** The signed-in person; throws Forbidden for everybody and everything else. */
export function requireUser(ctx: Ctx): Extract<Actor, { kind: 'user' }> {
  if (ctx.actor.kind !== 'user') throw new Forbidden('Only a signed-in person can do this.');
  return ctx.actor;
}

const STEP_UP_MS = 5 * 60_000;

/** True for 5 minutes after the person proved who they are. */
export const isFresh = (session: SessionFacts | undefined, now: Date): boolean =>
  now.getTime() - (session?.steppedUpAt?.getTime() ?? Number.NEGATIVE_INFINITY) <= STEP_UP_MS;

/**
 * For what cannot be undone or gives power away: a person who proved within the last 5 minutes who they are. A token and
 * staff never can; the worker need not.
 */
export function requireStepUp(ctx: Ctx): void {
  if (ctx.actor.kind === 'system') return;
  if (!isFresh(requireUser(ctx).session, ctx.now())) throw new StepUpNeeded();
}

/** The AWS account ids that the actor is limited to; null: not limited. */
export const limitOf = (actor: Actor): readonly string[] | null =>
  actor.kind === 'user' || actor.kind === 'token' ? (actor.accounts ?? null) : null;

const visibleOf = ({ workspaceId, actor }: Ctx) => ({ workspaceId, accounts: limitOf(actor) });

export function withTransaction<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inWorkspace(ctx.db, visibleOf(ctx), work);
}

export function withSql<T>(ctx: Ctx, mode: 'read' | 'write', work: (sql: Sql) => Promise<T>): Promise<T> {
  return sqlInWorkspace(ctx.db, visibleOf(ctx), mode, work);
}

/** One statement whose only parameter is the workspace, in a snapshot of its own and one round trip. */
export function askOnce<Row>(ctx: Ctx, statement: OneStatement): Promise<Row[]> {
  return askInWorkspace<Row>(ctx.db, visibleOf(ctx), statement);
}

export function systemContext(services: Services, workspaceId: string, job: string): Ctx {
  return {
    ...services,
    workspaceId,
    actor: {
      kind: 'system',
      job,
      permissions: ['cost:read', 'connection:read', 'connection:write', 'connection:revoke', 'upload:write'],
    },
  };
}
