import { Secret, TOTP } from 'otpauth';
import type { Ctx } from '@/context';
import { askAccess } from '@/features/staff/ask-access';
import { approveAccess } from '@/features/staff/decide-access';
import { openAccess } from '@/features/staff/own-accesses';
import { grantStaff } from '@/features/staff/roll';
import { readStaffSession, type StaffCtx } from '@/features/staff/sessions';
import { finishSetup, readSetup } from '@/features/staff/set-up';
import type { Workbench } from '../../support/workbench';

export const HERE = '203.0.113.9';
export const PASSWORD = 'seven grey herons at dusk';
export const REASON = 'Ticket 4711: the forecast looks wrong';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const SAM = { email: 'sam@operator.example', name: 'Sam Reed' };
export const KIM = { email: 'kim@operator.example', name: 'Kim Hale' };

export const codeAt = (secret: string, at: Date): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() });

export const stampOf = (bench: Workbench) => ({ by: 'root', now: bench.clock.now() });

export const grant = async (bench: Workbench, person = SAM) =>
  (await grantStaff(bench.database.owner, person, stampOf(bench))).token;

export interface StaffHand {
  /** Of the session cookie. */
  readonly token: string;
  readonly secret: string;
  /** Their desk, as the next request finds it. */
  desk(): Promise<StaffCtx>;
}

export async function deskOf(bench: Workbench, token: string): Promise<StaffCtx | null> {
  const staff = await readStaffSession(bench.runtime, token);
  return staff && { ...bench.runtime, staff, address: HERE };
}

/** Grants, sets up and signs in. */
export async function hire(bench: Workbench, person = SAM): Promise<StaffHand> {
  const link = await grant(bench, person);
  const setup = await readSetup(bench.runtime, link);
  if (!setup) throw new Error('There is no setup.');
  const code = codeAt(setup.secret, bench.clock.now());
  const token = await finishSetup(bench.runtime, { token: link, password: PASSWORD, code }, HERE);
  return {
    token,
    secret: setup.secret,
    async desk() {
      const ctx = await deskOf(bench, token);
      if (!ctx) throw new Error('They are not signed in.');
      return ctx;
    },
  };
}

export const ask = async (staff: StaffHand, owner: Ctx, minutes = 60) =>
  askAccess(await staff.desk(), { workspaceId: owner.workspaceId, reason: REASON, minutes });

/** Asks, is approved and goes in. */
export async function letIn(staff: StaffHand, owner: Ctx, minutes = 60): Promise<string> {
  const { accessId } = await ask(staff, owner, minutes);
  await approveAccess(owner, { accessId });
  await openAccess(await staff.desk(), { accessId });
  return accessId;
}

export interface AuditRow {
  readonly action: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly subject_id: string | null;
  readonly address: string | null;
  readonly detail: Record<string, unknown>;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

export async function trailOf(bench: Workbench, ctx: Ctx, group = 'staff.'): Promise<AuditRow[]> {
  const { rows } = await bench.database.owner.query<AuditRow>(
    `select action, actor_kind, actor_id, subject_id, address, detail, before, after from audit_event
     where workspace_id = $1 and starts_with(action, $2) order by seq`,
    [ctx.workspaceId, group],
  );
  return rows;
}

export const actionsOf = async (bench: Workbench, ctx: Ctx) =>
  (await trailOf(bench, ctx)).map((row) => `${row.actor_kind} ${row.action}`);

export async function mailsOf(
  bench: Workbench,
): Promise<{ recipient: string; subject: string; body: string }[]> {
  const { rows } = await bench.database.owner.query(
    'select recipient, subject, body from local_mail order by subject, recipient',
  );
  return rows;
}

/** A person of the workspace who has proved nothing lately. */
export function withoutStepUp(ctx: Ctx): Ctx {
  if (ctx.actor.kind !== 'user') throw new Error('Not a person.');
  const session = { id: crypto.randomUUID(), method: 'password' as const, steppedUpAt: null };
  return { ...ctx, actor: { ...ctx.actor, session } };
}
