import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { Conflict, NotFound } from '@/errors';
import { digestOf } from '@/features/auth/sessions';
import type { GrantInput } from './schemas';

const SETUP_MS = 24 * 3_600_000;

/** The tables' owner: the application's own role can neither make anybody staff nor take them off the list. */
export type TableOwner = Pick<Pool, 'query'>;
type Reader = Pick<Pool, 'query'>;

export interface StaffPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly grantedAt: Date;
  readonly grantedBy: string;
  readonly hasSecondFactor: boolean;
  readonly lastSeenAt: Date | null;
}

interface Row {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly granted_at: Date;
  readonly granted_by: string;
  readonly has_second_factor: boolean;
  readonly last_seen_at: Date | null;
}

/** Who is staff now. */
export async function listStaff(reader: Reader): Promise<StaffPerson[]> {
  const { rows } = await reader.query<Row>(
    `select a.id, a.email, a.name, a.granted_at, a.granted_by, a.totp_confirmed_at is not null as has_second_factor,
       (select max(s.last_seen_at) from staff_session s where s.staff_id = a.id) as last_seen_at
     from staff_account a where a.revoked_at is null order by a.granted_at, a.email`,
  );
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    name: row.name,
    grantedAt: row.granted_at,
    grantedBy: row.granted_by,
    hasSecondFactor: row.has_second_factor,
    lastSeenAt: row.last_seen_at,
  }));
}

/** Changes with who is on the list, and since when: what a sign-off is of. */
export const digestOfList = (people: readonly StaffPerson[]): string =>
  createHash('sha256')
    .update(JSON.stringify(people.map(({ id, email, name, grantedAt }) => [id, email, name, grantedAt])))
    .digest('hex');

/**
 * Makes somebody staff and returns the token of a setup link, which works once and for 24 hours. Who never used theirs gets
 * a new one. Whoever was revoked comes back as somebody new: with no password, no second factor and no access of before.
 * Throws Conflict for somebody who is staff and set up.
 */
export async function grantStaff(
  owner: TableOwner,
  { email, name }: GrantInput,
  { by, now }: { by: string; now: Date },
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + SETUP_MS);
  const { rowCount } = await owner.query(
    `insert into staff_account as a (id, email, name, setup_digest, setup_expires_at, granted_at, granted_by)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (email) do update set id = excluded.id, name = excluded.name, password_hash = null, totp_secret = null,
       totp_confirmed_at = null, totp_last_step = null, setup_digest = excluded.setup_digest,
       setup_expires_at = excluded.setup_expires_at, granted_at = excluded.granted_at, granted_by = excluded.granted_by,
       revoked_at = null, revoked_by = null
     where a.revoked_at is not null or a.totp_confirmed_at is null`,
    [randomUUID(), email, name, digestOf(token), expiresAt, now, by],
  );
  if (rowCount === 0)
    throw new Conflict(`${email} is staff already. For a lost password or second factor, revoke and grant.`);
  return { token, expiresAt };
}

/** Ends somebody's being staff with every session of theirs, at once. Throws NotFound for whoever is not staff. */
export async function revokeStaff(
  owner: TableOwner,
  email: string,
  { by, now }: { by: string; now: Date },
): Promise<void> {
  const { rows } = await owner.query<{ id: string }>(
    `update staff_account set revoked_at = $2, revoked_by = $3, password_hash = null, totp_secret = null,
       totp_confirmed_at = null, setup_digest = null, setup_expires_at = null
     where email = $1 and revoked_at is null returning id`,
    [email.trim().toLowerCase(), now, by],
  );
  const [staff] = rows;
  if (!staff) throw new NotFound('member of staff');
  await owner.query(
    'update staff_session set expires_at = least(expires_at, $2), workspace_id = null, access_id = null where staff_id = $1',
    [staff.id, now],
  );
}
