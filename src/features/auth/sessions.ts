import { createHash, randomBytes } from 'node:crypto';
import type { Services } from '@/context';

const ABSOLUTE_MS = 14 * 86_400_000;
const IDLE_MS = 3 * 86_400_000;
const SEEN_EVERY_MS = 60_000;

export interface WorkspaceOfUser {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

export interface SignedIn {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly workspace: WorkspaceOfUser | null;
  readonly workspaces: readonly WorkspaceOfUser[];
}

const digest = (token: string) => createHash('sha256').update(token).digest('hex');

/** A new session; only the digest of its token is stored. */
export async function createSession(services: Services, userId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const now = services.now();
  await services.db.prisma.authSession.create({
    data: {
      tokenHash: digest(token),
      userId,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + ABSOLUTE_MS),
    },
  });
  return token;
}

interface Row {
  user_id: string;
  name: string;
  email: string;
  last_seen_at: Date;
  current_id: string | null;
  workspaces: WorkspaceOfUser[] | null;
}

/** The person behind a token, looked up in the database each time: a session that was ended is over at once. */
export async function readSession(services: Services, token: string): Promise<SignedIn | null> {
  const now = services.now();
  const { rows } = await services.db.pool.query<Row>(
    `select u.id as user_id, u.name, u.email, s.last_seen_at, s.workspace_id as current_id,
       (select json_agg(json_build_object('id', w.workspace_id, 'name', w.name, 'role', w.role))
        from workspaces_of_user(u.id) w) as workspaces
     from auth_session s join app_user u on u.id = s.user_id
     where s.token_hash = $1 and s.expires_at > $2 and s.last_seen_at > $3`,
    [digest(token), now, new Date(now.getTime() - IDLE_MS)],
  );
  const row = rows[0];
  if (!row) return null;
  if (now.getTime() - row.last_seen_at.getTime() > SEEN_EVERY_MS) {
    await services.db.pool.query('update auth_session set last_seen_at = $2 where token_hash = $1', [
      digest(token),
      now,
    ]);
  }
  const workspaces = row.workspaces ?? [];
  return {
    userId: row.user_id,
    name: row.name,
    email: row.email,
    workspaces,
    workspace: workspaces.find((one) => one.id === row.current_id) ?? workspaces[0] ?? null,
  };
}

export async function endSession(services: Services, token: string): Promise<void> {
  await services.db.prisma.authSession.deleteMany({ where: { tokenHash: digest(token) } });
}
