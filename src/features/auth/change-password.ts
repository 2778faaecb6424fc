import { withTransaction, type Ctx } from '@/context';
import { Forbidden, Invalid } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { hashPassword, verifyPassword } from './password';
import type { ChangePasswordInput } from './schemas';
import { countAttempt } from './throttle';

/** True where the password is the signed-in person's own. Counts as an attempt to sign in. */
export async function isOwnPassword(ctx: Ctx, password: string): Promise<boolean> {
  if (ctx.actor.kind !== 'user') throw new Forbidden();
  await countAttempt(ctx, `own ${ctx.actor.userId}`, `own ${ctx.actor.userId}`);
  const user = await ctx.db.prisma.appUser.findUnique({
    where: { id: ctx.actor.userId },
    select: { passwordHash: true },
  });
  return verifyPassword(user?.passwordHash ?? null, password);
}

/** Changes a password and ends every session, the asking one too; the caller signs in anew. */
export async function changePassword(ctx: Ctx, input: ChangePasswordInput): Promise<void> {
  if (ctx.actor.kind !== 'user') throw new Forbidden();
  const { userId } = ctx.actor;
  if (!(await isOwnPassword(ctx, input.current))) {
    throw new Invalid('The current password is not right.', {
      current: 'The current password is not right.',
    });
  }
  const passwordHash = await hashPassword(input.next);
  await withTransaction(ctx, async (tx) => {
    await tx.appUser.update({ where: { id: userId }, data: { passwordHash, passwordChangedAt: ctx.now() } });
    await tx.authSession.deleteMany({ where: { userId } });
    await recordAudit(tx, ctx, 'password.changed', userId);
  });
}
