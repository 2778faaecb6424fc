import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { BrowserContext } from '@playwright/test';
import { encode } from 'next-auth/jwt';
import type { Role } from '../../../src/domain/permissions';
import { query } from './database';
import { stack, type Member } from './stack';

export const SESSION_COOKIE = 'belvedere-session';

/** Opens a session as the sign-in page does, without clicking through it: a row in the database and its cookie. */
export async function login(context: BrowserContext, who: Member): Promise<void> {
  const token = randomBytes(32).toString('base64url');
  await query(
    `insert into auth_session (token_hash, user_id, workspace_id, expires_at, stepped_up_at)
     values ($1, $2, $3, now() + interval '1 hour', now())`,
    [createHash('sha256').update(token).digest('hex'), who.userId, who.workspaceId],
  );
  const value = await encode({
    token: { sessionToken: token },
    secret: stack().authSecret,
    salt: SESSION_COOKIE,
    maxAge: 3_600,
  });
  const { baseUrl } = stack();
  await context.addCookies([{ name: SESSION_COOKIE, value, url: baseUrl, httpOnly: true, sameSite: 'Lax' }]);
}

export async function newMember(workspaceId: string, role: Role): Promise<Member> {
  const userId = randomUUID();
  await query(
    `insert into app_user (id, email, name, password_hash, email_verified_at) values ($1, $2, $3, 'none', now())`,
    [userId, `${userId}@member.example`, `The ${role}`],
  );
  await query('insert into membership (workspace_id, user_id, role) values ($1, $2, $3)', [
    workspaceId,
    userId,
    role,
  ]);
  return { userId, workspaceId };
}

/** An empty workspace and its owner. */
export async function newWorkspace(name = 'Acme'): Promise<Member> {
  const workspaceId = randomUUID();
  await query('insert into workspace (id, name) values ($1, $2)', [workspaceId, name]);
  return newMember(workspaceId, 'owner');
}
