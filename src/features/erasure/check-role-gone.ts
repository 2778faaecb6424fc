import { z } from 'zod';
import type { CallObserver, RoleTarget } from '@/aws/port';
import { requirePermission, type Ctx } from '@/context';
import { Invalid } from '@/errors';

export const CheckRoleGoneInput = z.strictObject({ ticket: z.string().min(1).max(4_000) });
export type CheckRoleGoneInput = z.infer<typeof CheckRoleGoneInput>;

export type RoleCheck = 'gone' | 'still-there' | 'unclear';

const TICKET_MS = 86_400_000;

// The ledger of an erased connection is erased; nothing may be written for it again.
const unobserved: CallObserver = { before: async () => async () => undefined };

/**
 * What is needed to look for the role once more after its connection is erased: sealed, for the browser to keep until
 * its page is closed. So the ExternalId still comes from what we stored, never from a person.
 */
export function issueRoleTicket(ctx: Ctx, target: RoleTarget): string {
  const expiresAt = new Date(ctx.now().getTime() + TICKET_MS);
  return ctx.sealer.seal(JSON.stringify({ workspaceId: ctx.workspaceId, target }), expiresAt);
}

export async function checkRoleGone(ctx: Ctx, input: CheckRoleGoneInput): Promise<{ role: RoleCheck }> {
  requirePermission(ctx, 'connection:revoke');
  const opened = ctx.sealer.open(input.ticket, ctx.now());
  const ticket = opened && (JSON.parse(opened) as { workspaceId: string; target: RoleTarget });
  if (!ticket || ticket.workspaceId !== ctx.workspaceId) {
    throw new Invalid('This check has run out. Look for the role in the AWS console.');
  }
  const report = await ctx.aws.probe(ticket.target, unobserved, { rightOnly: true });
  const role = { denied: 'gone', allowed: 'still-there', inconclusive: 'unclear' } as const;
  return { role: role[report.right] };
}
