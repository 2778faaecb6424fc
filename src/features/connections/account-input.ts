import type { Ctx } from '@/context';
import { parseRoleArn, type RoleArn } from '@/domain/role-arn';
import { Invalid } from '@/errors';

/** What somebody gave as their account: its number, or the ARN of a role. Throws Invalid for what cannot be reached from here. */
export function readAccount(ctx: Ctx, account: string): { awsAccountId: string; role: RoleArn | null } {
  const role = parseRoleArn(account);
  const awsAccountId = role?.accountId ?? account;
  const collector = parseRoleArn(ctx.config.collectorRoleArn);
  if (awsAccountId === collector?.accountId) {
    throw new Invalid("This is the operator's own account, which cannot be connected.", {
      account: "This is the operator's own account, which cannot be connected.",
    });
  }
  if (role && role.partition !== collector?.partition) {
    const message = 'This role is in another AWS partition, which Belvedere cannot reach from here.';
    throw new Invalid(message, { account: message });
  }
  return { awsAccountId, role };
}
