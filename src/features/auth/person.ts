import { isFresh, type Services, type SessionFacts } from '@/context';
import { Forbidden, StepUpNeeded } from '@/errors';
import type { Device } from './sessions';

/** A signed-in person by themselves, whichever workspace is open: for what is theirs alone. */
export interface Person extends Services {
  readonly userId: string;
  readonly session: SessionFacts;
  readonly device: Device;
}

export function requireFresh(person: Person): void {
  if (!isFresh(person.session, person.now())) throw new StepUpNeeded();
}

/** No workspace has this id: of a session that is gone, nothing is anybody's. */
const NOWHERE = '00000000-0000-0000-0000-000000000000';

/**
 * The workspace that a session of single sign-on is held to; null for every other session, and for a person who belongs to that
 * workspace and to no other, one where they are switched off included.
 */
export async function boundTo(person: Pick<Person, 'db' | 'session' | 'userId'>): Promise<string | null> {
  if (person.session.method !== 'saml') return null;
  const { rows } = await person.db.pool.query<{ workspace_id: string | null; is_alone: boolean }>(
    `select s.sso_workspace_id as workspace_id, count_memberships(s.user_id) = 1
       and exists (select from workspaces_of_user(s.user_id) w where w.workspace_id = s.sso_workspace_id) as is_alone
     from auth_session s where s.id = $1 and s.user_id = $2`,
    [person.session.id, person.userId],
  );
  return rows[0]?.is_alone ? null : (rows[0]?.workspace_id ?? NOWHERE);
}

/**
 * A workspace's identity provider may not make itself a way into the person's other workspaces: in a session that it opened,
 * factors and passwords are closed to whoever belongs to any other, one where they are switched off included. Throws Forbidden.
 */
export async function requireOwnCredentials(person: Person): Promise<void> {
  if ((await boundTo(person)) !== null) {
    throw new Forbidden(
      'You came by single sign-on of one workspace and belong to others. Sign in with your own password to change this.',
    );
  }
}
