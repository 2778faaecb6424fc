import { randomUUID } from 'node:crypto';
import { withTransaction, type Ctx } from '@/context';
import type { Role } from '@/domain/permissions';
import type { Person } from '@/features/auth/person';
import type { Mail } from '@/mail/mailer';
import { DEVICE } from '../../support/open-session';
import { actorOf, type Workbench } from '../../support/workbench';

export const PASSWORD = 'correct horse battery staple';

export const userOf = (ctx: Ctx): string => (ctx.actor.kind === 'user' ? ctx.actor.userId : '');

/** The same person who proved too long ago who they are. */
export const stale = (ctx: Ctx): Ctx => {
  if (ctx.actor.kind !== 'user' || !ctx.actor.session) throw new Error('Only people go stale.');
  return {
    ...ctx,
    actor: {
      ...ctx.actor,
      session: { ...ctx.actor.session, steppedUpAt: new Date(ctx.now().getTime() - 301_000) },
    },
  };
};

export interface AuditRow {
  readonly action: string;
  readonly actor_id: string | null;
  readonly subject_id: string | null;
  readonly detail: Record<string, unknown>;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

export async function auditOf(bench: Workbench, ctx: Ctx, action: string): Promise<AuditRow[]> {
  const { rows } = await bench.database.owner.query<AuditRow>(
    `select action, actor_id, subject_id, detail, before, after from audit_event
     where workspace_id = $1 and action = $2 order by seq`,
    [ctx.workspaceId, action],
  );
  return rows;
}

export async function roleOf(bench: Workbench, ctx: Ctx, userId: string): Promise<string | null> {
  const { rows } = await bench.database.owner.query<{ role: string }>(
    'select role from membership where workspace_id = $1 and user_id = $2',
    [ctx.workspaceId, userId],
  );
  return rows[0]?.role ?? null;
}

export async function mailsTo(
  bench: Workbench,
  address: string,
): Promise<{ subject: string; body: string }[]> {
  const { rows } = await bench.database.owner.query<{ subject: string; body: string }>(
    'select subject, body from local_mail where recipient = $1 order by at, id',
    [address],
  );
  return rows;
}

/** The text of the link, as the invited person would copy it. */
export function textOfLink(body: string): string {
  const text = /\/invite\/([\w-]+)/.exec(body)?.[1];
  if (!text) throw new Error('There is no link in it.');
  return text;
}

export async function mailedText(bench: Workbench, address: string): Promise<string> {
  return textOfLink((await mailsTo(bench, address)).at(-1)?.body ?? '');
}

/** An installation that sends no mail. */
export const withoutMail = (ctx: Ctx): Ctx => ({ ...ctx, mail: { kind: 'off', send: async () => false } });

/** A mail server that refuses whatever it is given, and what it was given. */
export function withBrokenMail(ctx: Ctx): { ctx: Ctx; given: Mail[] } {
  const given: Mail[] = [];
  const send = async (mail: Mail) => {
    given.push(mail);
    return false;
  };
  return { ctx: { ...ctx, mail: { kind: 'smtp', send } }, given };
}

export interface NewPerson {
  readonly email: string;
  readonly isVerified: boolean;
  readonly passwordHash?: string;
}

/** Somebody with a login and no workspace. */
export async function newPerson(bench: Workbench, given: NewPerson): Promise<string> {
  const userId = randomUUID();
  await bench.database.owner.query(
    `insert into app_user (id, email, name, password_hash, email_verified_at) values ($1, $2, 'Grace', $3, $4)`,
    [userId, given.email, given.passwordHash ?? 'none', given.isVerified ? bench.clock.now() : null],
  );
  return userId;
}

/** The person behind a session, as an action hands them to a verb. */
export async function signedIn(bench: Workbench, userId: string): Promise<Person> {
  const { rows } = await bench.database.owner.query<{ id: string; method: 'password' }>(
    'select id, method from auth_session where user_id = $1',
    [userId],
  );
  const [session] = rows;
  if (!session) throw new Error('Nobody is signed in.');
  return {
    ...bench.runtime,
    userId,
    session: { id: session.id, method: session.method, steppedUpAt: bench.clock.now() },
    device: DEVICE,
  };
}

/** Linked accounts as a sync would have left them: the same account by two connections where a number stands twice. */
export async function addAccounts(bench: Workbench, ctx: Ctx, numbers: readonly string[]): Promise<string[]> {
  const refs: string[] = [];
  for (const number of numbers) {
    const connectionId = randomUUID();
    const ref = `a${randomUUID().slice(0, 8)}`;
    await bench.database.owner.query(
      `insert into connection (workspace_id, id, name, status, aws_account_id, role_name, external_id, groups)
       values ($1, $2, 'Acme', 'active', '447188201936', 'Belvedere', $3, '{}')`,
      [ctx.workspaceId, connectionId, randomUUID()],
    );
    await bench.database.owner.query(
      `insert into linked_account (workspace_id, connection_id, aws_account_id, ref, name) values ($1, $2, $3, $4, $5)`,
      [ctx.workspaceId, connectionId, number, ref, `Account ${number.slice(-2)}`],
    );
    refs.push(ref);
  }
  return refs;
}

/** What the database says that a person may see: null, or the numbers of the accounts. */
export async function accountsOf(bench: Workbench, ctx: Ctx, userId: string): Promise<string[] | null> {
  const { rows } = await bench.runtime.db.pool.query<{ workspace_id: string; accounts: string[] | null }>(
    'select workspace_id, accounts from workspaces_of_user($1)',
    [userId],
  );
  const row = rows.find((one) => one.workspace_id === ctx.workspaceId);
  if (!row) throw new Error('They are no member.');
  return row.accounts && row.accounts.toSorted();
}

/** The same workspace, seen by one of its members with a role that they are given here. */
export const asMember = (ctx: Ctx, userId: string, role: Role): Ctx => ({
  ...ctx,
  actor: actorOf(userId, role),
});

export const addToken = (ctx: Ctx, userId: string | null, kind = 'personal') =>
  withTransaction(ctx, (tx) =>
    tx.apiToken.create({
      data: {
        ...{ workspaceId: ctx.workspaceId, id: randomUUID(), kind, name: 'Script', hint: 'abcd' },
        ...{ digest: randomUUID(), userId, role: 'viewer', scopes: ['cost:read'], addressRanges: [] },
        ...{ createdBy: userId ?? userOf(ctx), createdAt: ctx.now() },
      },
    }),
  );
