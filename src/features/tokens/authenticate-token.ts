import { isSameAccess, type Actor, type Ctx, type Services } from '@/context';
import { inWorkspace, sqlInWorkspace } from '@/db/client';
import type { Permission } from '@/domain/permissions';
import { Unauthenticated } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { isWithin } from './address-ranges';
import { countRequest, isFirstThisMinute } from './rate-limit';
import { readTokenText, type ReadToken, type TokenKind } from './token-text';

/** A minute. Identity providers call for many customers from few addresses, and send a whole directory at once. */
export const requestLimits = {
  api: { token: 300, address: 600 },
  scim: { token: 1_800, address: 6_000 },
} as const;

const SEEN_EVERY_MS = 60_000;
const REFUSED = 'This token is not valid. Make a new one in Settings.';

export interface Presented {
  /** The token as it was sent. */
  readonly text: string;
  /** The address that it was sent from. */
  readonly address: string;
  /** The kinds of token that open this door. */
  readonly kinds: readonly TokenKind[];
}

interface Row {
  readonly id: string;
  readonly user_id: string | null;
  readonly role: string;
  readonly member_role: string | null;
  /** Nothing lets its person into the workspace as things are. */
  readonly is_shut_out: boolean;
  readonly accounts: string[] | null;
  readonly scopes: Permission[];
  readonly address_ranges: string[];
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
}

/**
 * Whom no way of signing in lets into the workspace: whoever has no second factor where one is asked for, and where single sign-on
 * is required, whoever's address is of no domain of the workspace, but for owners, who have their recovery codes.
 */
const SHUT_OUT = `(
  (w.require_second_factor and w.sso_connection_id is null and u.totp_confirmed_at is null
    and not exists (select from passkey p where p.user_id = u.id))
  or (w.enforce_sso and w.sso_connection_id is not null and w.role <> 'owner'
    and not exists (select from domain_claim d where d.workspace_id = t.workspace_id and d.domain = split_part(u.email, '@', 2)))
)`;

/** By a digest of 256 random bits, so how long the look-up takes says nothing of use. */
async function readRow(services: Services, token: ReadToken): Promise<Row | undefined> {
  return sqlInWorkspace(services.db, token.workspaceId, 'read', async (sql) => {
    const { rows } = await sql.query<Row>(
      `select t.id, t.user_id, t.role, w.role as member_role, w.accounts, t.scopes, t.address_ranges, t.expires_at, t.last_used_at,
         coalesce(${SHUT_OUT}, false) as is_shut_out
       from api_token t left join lateral workspaces_of_user(t.user_id) w on w.workspace_id = t.workspace_id
       left join app_user u on u.id = t.user_id
       where t.workspace_id = $1 and t.digest = $2 and t.kind = $3`,
      [token.workspaceId, token.digest, token.kind],
    );
    return rows[0];
  });
}

function faultOf(row: Row, given: Presented, now: Date): 'expired' | 'owner' | 'shut-out' | 'address' | null {
  if (row.expires_at && row.expires_at <= now) return 'expired';
  // Whoever is removed or deactivated has no role here any more.
  if (row.user_id && !row.member_role) return 'owner';
  if (row.is_shut_out) return 'shut-out';
  return isWithin(given.address, row.address_ranges) ? null : 'address';
}

async function auditRefusal(
  services: Services,
  workspaceId: string,
  facts: { tokenId: string; address: string; reason: string },
): Promise<void> {
  if (!(await isFirstThisMinute(services, `refused ${facts.tokenId}`))) return;
  await inWorkspace(services.db, workspaceId, async (tx) =>
    recordAudit(
      tx,
      { workspaceId, now: services.now, address: facts.address },
      'token.refused',
      facts.tokenId,
      { actor: { kind: 'token', id: facts.tokenId }, detail: { reason: facts.reason } },
    ),
  );
}

async function findToken(
  services: Services,
  given: Presented,
): Promise<{ row: Row; token: ReadToken; fault: ReturnType<typeof faultOf> } | null> {
  const token = readTokenText(given.text);
  if (!token || !given.kinds.includes(token.kind)) return null;
  const row = await readRow(services, token);
  return row ? { row, token, fault: faultOf(row, given, services.now()) } : null;
}

/** Notes when and from where a token was used, once a minute. */
async function noteUse(services: Services, token: ReadToken, row: Row, address: string): Promise<void> {
  const now = services.now();
  if (row.last_used_at && now.getTime() - row.last_used_at.getTime() <= SEEN_EVERY_MS) return;
  await sqlInWorkspace(services.db, token.workspaceId, 'write', (sql) =>
    sql.query(
      'update api_token set last_used_at = $3, last_used_address = $4 where workspace_id = $1 and id = $2',
      [token.workspaceId, row.id, now, address],
    ),
  );
}

/**
 * The context of a bearer token, looked up anew at each request: what it may is the lesser of its scopes and, for a personal
 * one, of what its person may now. Throws Unauthenticated in the same words for every fault, and LimitReached beyond
 * `requestLimits`.
 */
export async function authenticateToken(services: Services, given: Presented): Promise<Ctx> {
  const door = given.kinds.includes('scim') ? 'scim' : 'api';
  await countRequest(services, `${door} address ${given.address}`, requestLimits[door].address);
  const found = await findToken(services, given);
  if (!found) throw new Unauthenticated(REFUSED);
  const { row, token, fault } = found;
  if (fault) {
    await auditRefusal(services, token.workspaceId, {
      tokenId: row.id,
      address: given.address,
      reason: fault,
    });
    throw new Unauthenticated(REFUSED);
  }
  await countRequest(services, `token ${row.id}`, requestLimits[door].token);
  await noteUse(services, token, row, given.address);
  return {
    ...services,
    workspaceId: token.workspaceId,
    actor: {
      kind: 'token',
      tokenId: row.id,
      userId: row.user_id,
      role: row.member_role ?? row.role,
      scopes: row.scopes,
      accounts: row.user_id ? row.accounts : null,
    },
    address: given.address,
  };
}

/** For an answer that goes on for long: whether the token that asked for it is still good, for as much as then. Counts nothing. */
export async function isTokenAlive(services: Services, given: Presented, then?: Actor): Promise<boolean> {
  const found = await findToken(services, given);
  if (found === null || found.fault !== null) return false;
  const { row } = found;
  return !then || isSameAccess({ role: row.member_role ?? row.role, accounts: row.accounts }, then);
}
