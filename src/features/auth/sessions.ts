import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Services, SessionFacts, SignInMethod } from '@/context';
import type { Tx } from '@/db/client';
import { Unauthenticated } from '@/errors';
import { ABSOLUTE_MINUTES_MAX, IDLE_MINUTES_MAX } from './session-limits';

const PENDING_MS = 10 * 60_000;
/** Long enough to repair single sign-on. */
const BREAK_GLASS_MS = 8 * 3_600_000;
const SEEN_EVERY_MS = 60_000;
const MINUTE_MS = 60_000;

export interface WorkspaceOfUser {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** The linked accounts that the person may see; null: all. */
  readonly accounts: readonly string[] | null;
  /** What keeps this session out, and what has to be done first; null: nothing does. */
  readonly closed: 'sso' | 'second-factor' | null;
  readonly ssoConnectionId: string | null;
}

export interface SignedIn {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly isVerified: boolean;
  readonly session: SessionFacts & { readonly hasSecondFactor: boolean };
  readonly workspace: WorkspaceOfUser | null;
  readonly workspaces: readonly WorkspaceOfUser[];
}

/** From where a session was opened. Shown to its owner alone. */
export interface Device {
  readonly address: string;
  readonly userAgent: string;
}

export interface NewSession {
  readonly userId: string;
  readonly method: SignInMethod;
  readonly device: Device;
  /** factor: the password was right, and a second factor is still owed. It opens nothing. */
  readonly stage?: 'open' | 'factor';
  readonly hasSecondFactor?: boolean;
  readonly workspaceId?: string | null;
  readonly saml?: {
    readonly workspaceId: string;
    readonly connectionId: string;
    readonly nameId: string;
    readonly nameIdFormat: string | null;
    readonly sessionIndex: string | null;
    /** The identity provider's SessionNotOnOrAfter. */
    readonly notOnOrAfter: Date | null;
  };
}

/** For transactions at the door: Prisma gives up after 2 s without a free connection, which is short on a Monday morning. */
export const PATIENT = { maxWait: 10_000 } as const;

export const digestOf = (token: string) => createHash('sha256').update(token).digest('hex');
const newToken = () => randomBytes(32).toString('base64url');

/** A new session; only the digest of its token is stored. */
export async function createSession(
  services: Pick<Services, 'now'> & { db: { prisma: Pick<Tx, 'authSession'> } },
  given: NewSession,
): Promise<string> {
  const token = newToken();
  const now = services.now();
  const isOpen = given.stage !== 'factor';
  const openMs = given.method === 'break-glass' ? BREAK_GLASS_MS : ABSOLUTE_MINUTES_MAX * MINUTE_MS;
  const longest = new Date(now.getTime() + (isOpen ? openMs : PENDING_MS));
  const notAfter = given.saml?.notOnOrAfter;
  await services.db.prisma.authSession.create({
    data: {
      tokenHash: digestOf(token),
      id: randomUUID(),
      userId: given.userId,
      method: given.method,
      stage: given.stage ?? 'open',
      createdAt: now,
      lastSeenAt: now,
      expiresAt: notAfter && notAfter < longest ? notAfter : longest,
      steppedUpAt: isOpen ? now : null,
      secondFactorAt: given.hasSecondFactor ? now : null,
      address: given.device.address,
      userAgent: given.device.userAgent.slice(0, 300),
      workspaceId: given.workspaceId ?? given.saml?.workspaceId ?? null,
      ssoWorkspaceId: given.saml?.workspaceId ?? null,
      ssoConnectionId: given.saml?.connectionId ?? null,
      samlNameId: given.saml?.nameId ?? null,
      samlNameIdFormat: given.saml?.nameIdFormat ?? null,
      samlSessionIndex: given.saml?.sessionIndex ?? null,
    },
  });
  return token;
}

interface WorkspaceRow {
  readonly workspace_id: string;
  readonly name: string;
  readonly role: string;
  readonly accounts: string[] | null;
  readonly require_second_factor: boolean;
  readonly enforce_sso: boolean;
  readonly sso_connection_id: string | null;
  readonly idle_minutes: number;
  readonly absolute_minutes: number;
}

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
  readonly is_verified: boolean;
  readonly method: SignInMethod;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly stepped_up_at: Date | null;
  readonly second_factor_at: Date | null;
  readonly current_id: string | null;
  readonly sso_workspace_id: string | null;
  readonly workspaces: WorkspaceRow[] | null;
}

/** Which of a person's workspaces a session opens at all: its identity provider speaks for one, and nobody else's. */
function reaches(row: Row, workspace: WorkspaceRow): boolean {
  if (row.method === 'saml') return workspace.workspace_id === row.sso_workspace_id;
  // Where single sign-on is required, an owner has no other way to put it right, in each workspace that they own.
  if (row.method === 'break-glass')
    return workspace.role === 'owner' && (workspace.workspace_id === row.current_id || workspace.enforce_sso);
  return true;
}

function closedBy(row: Row, workspace: WorkspaceRow): WorkspaceOfUser['closed'] {
  const isFederated = row.method === 'saml' || row.method === 'break-glass';
  if (workspace.enforce_sso && workspace.sso_connection_id && !isFederated) return 'sso';
  // The identity provider asks for its own second factor.
  if (workspace.require_second_factor && !row.second_factor_at && row.method !== 'saml')
    return 'second-factor';
  return null;
}

const isOver = (row: Row, workspace: WorkspaceRow, now: Date) =>
  now.getTime() - row.last_seen_at.getTime() > workspace.idle_minutes * MINUTE_MS ||
  now.getTime() - row.created_at.getTime() > workspace.absolute_minutes * MINUTE_MS;

/** The person behind a token, looked up in the database each time: a session that was ended is over at once. */
export async function readSession(services: Services, token: string): Promise<SignedIn | null> {
  const now = services.now();
  const { rows } = await services.db.pool.query<Row>({
    // Asked with every request: planned once a connection of the pool.
    name: 'session',
    text: `select s.id, u.id as user_id, u.name, u.email, u.email_verified_at is not null as is_verified, s.method, s.created_at,
       s.last_seen_at, s.stepped_up_at, s.second_factor_at, s.workspace_id as current_id, s.sso_workspace_id,
       (select json_agg(w) from workspaces_of_user(u.id) w) as workspaces
     from auth_session s join app_user u on u.id = s.user_id
     where s.token_hash = $1 and s.stage = 'open' and s.expires_at > $2 and s.last_seen_at > $3`,
    values: [digestOf(token), now, new Date(now.getTime() - IDLE_MINUTES_MAX * MINUTE_MS)],
  });
  const row = rows[0];
  if (!row) return null;
  const reached = (row.workspaces ?? []).filter((workspace) => reaches(row, workspace));
  // Whoever has chosen none is not held up by one that is closed to them while others are open.
  const current =
    reached.find((one) => one.workspace_id === row.current_id) ??
    reached.find((one) => closedBy(row, one) === null) ??
    reached[0];
  if (current && isOver(row, current, now)) return null;
  if (now.getTime() - row.last_seen_at.getTime() > SEEN_EVERY_MS) {
    await services.db.pool.query('update auth_session set last_seen_at = $2 where token_hash = $1', [
      digestOf(token),
      now,
    ]);
  }
  const workspaces = reached.map((one) => ({
    id: one.workspace_id,
    name: one.name,
    role: one.role,
    accounts: one.accounts,
    closed: closedBy(row, one),
    ssoConnectionId: one.sso_connection_id,
  }));
  return {
    userId: row.user_id,
    name: row.name,
    email: row.email,
    isVerified: row.is_verified,
    session: {
      id: row.id,
      method: row.method,
      steppedUpAt: row.stepped_up_at,
      hasSecondFactor: row.second_factor_at !== null,
    },
    workspaces,
    workspace: workspaces.find((one) => one.id === current?.workspace_id) ?? null,
  };
}

/**
 * The same session under a new token, since it may now do more than before. The old token opens nothing any more; where
 * `from` is given, it has to be the session's still. Throws Unauthenticated where the session is gone.
 */
export async function rotateSession(
  services: Services,
  sessionId: string,
  change: { steppedUp?: true; secondFactor?: true; workspaceId?: string; from?: string },
): Promise<string> {
  const token = newToken();
  const now = services.now();
  const { count } = await services.db.prisma.authSession.updateMany({
    where: { id: sessionId, stage: 'open', ...(change.from ? { tokenHash: digestOf(change.from) } : {}) },
    data: {
      tokenHash: digestOf(token),
      ...(change.steppedUp ? { steppedUpAt: now } : {}),
      ...(change.secondFactor ? { secondFactorAt: now, steppedUpAt: now } : {}),
      ...(change.workspaceId ? { workspaceId: change.workspaceId } : {}),
    },
  });
  if (count === 0) throw new Unauthenticated();
  return token;
}

export interface Opened {
  readonly userId: string;
  readonly token: string;
  /** factor: a second factor is owed before the session opens anything. */
  readonly stage: 'open' | 'factor';
}

export interface PendingSession {
  readonly userId: string;
  readonly email: string;
  readonly method: string;
  readonly workspaceId: string | null;
}

/** Who owes a second factor; null where the time for it is over. */
export async function readPendingSession(services: Services, token: string): Promise<PendingSession | null> {
  const found = await services.db.prisma.authSession.findFirst({
    where: { tokenHash: digestOf(token), stage: 'factor', expiresAt: { gt: services.now() } },
    select: { userId: true, method: true, workspaceId: true, user: { select: { email: true } } },
  });
  if (!found) return null;
  const { user, ...rest } = found;
  return { ...rest, email: user.email };
}

export async function endSession(services: Services, token: string): Promise<void> {
  await services.db.prisma.authSession.deleteMany({ where: { tokenHash: digestOf(token) } });
}
