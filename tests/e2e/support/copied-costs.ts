import { randomBytes, randomUUID } from 'node:crypto';
import { query } from './database';
import { stack } from './stack';

const TABLES = [
  ...['connection', 'linked_account', 'sync_run', 'sync_window', 'control_total'],
  ...['charge_daily', 'charge_daily_by', 'charge_monthly_by'],
] as const;

export interface CopiedAccount {
  readonly name: string;
  readonly number: string;
  readonly connectionId: string;
}

/**
 * The costs of the shared workspace's account as those of another account in another workspace: several accounts side by
 * side, without AWS behind them. The worker leaves them alone.
 */
export async function copyCosts(workspaceId: string, name: string): Promise<CopiedAccount> {
  const { shared } = stack();
  const [old] = await query<{ number: string; ref: string; external_id: string }>(
    `select l.aws_account_id as number, l.ref, c.external_id from linked_account l
     join connection c on c.id = l.connection_id where l.connection_id = $1`,
    [shared.connectionId],
  );
  if (!old) throw new Error('The shared connection has no account.');
  const copied = {
    name,
    number: String(Math.floor(Math.random() * 9e11) + 1e11),
    connectionId: randomUUID(),
  };
  const renamed = [
    [shared.workspaceId, workspaceId],
    [shared.connectionId, copied.connectionId],
    [old.external_id, randomBytes(24).toString('base64url')],
    [old.ref, `acct-${randomBytes(6).toString('hex')}`],
    [old.number, copied.number],
  ] as const;
  const text = renamed.reduce(
    (inner, _, at) => `replace(${inner}, $${2 * at + 2}, $${2 * at + 3})`,
    'to_jsonb(t)::text',
  );
  const set: Record<string, object> = {
    connection: { name, next_action_at: null },
    linked_account: { name },
  };
  for (const table of TABLES) {
    await query(
      `insert into ${table} select (jsonb_populate_record(null::${table}, ${text}::jsonb || $${2 * renamed.length + 2}::jsonb)).*
       from ${table} t where workspace_id = $1`,
      [shared.workspaceId, ...renamed.flat(), JSON.stringify(set[table] ?? {})],
    );
  }
  return copied;
}
