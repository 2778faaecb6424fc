import type { Services } from '@/context';
import { inWorkspace, type Tx } from '@/db/client';
import { Conflict } from '@/errors';
import { forgetWaysIn } from '@/features/auth/forget-factors';

/**
 * Whoever signs up with somebody else's address waits for that person to come (pre-hijacking). So where the address is
 * proven for the first time, every way in that was set up before ends, and links that were asked for as well.
 * Throws Conflict where the address was proven meanwhile.
 */
export async function forgetUnprovenHold(
  tx: Tx,
  userId: string,
  { name, passwordHash, now }: { name: string; passwordHash: string | null; now: Date },
): Promise<void> {
  const { count } = await tx.appUser.updateMany({
    where: { id: userId, emailVerifiedAt: null },
    data: { name, passwordHash, passwordChangedAt: now, emailVerifiedAt: now },
  });
  if (count === 0) throw new Conflict('This address was verified meanwhile. Open the link again.');
  await forgetWaysIn(tx, userId);
}

/** The API tokens that were made for a person in any workspace. */
export async function forgetUnprovenTokens(services: Services, userId: string): Promise<void> {
  const { rows } = await services.db.pool.query<{ workspace_id: string }>(
    'select workspace_id from workspaces_of_user($1)',
    [userId],
  );
  for (const { workspace_id: workspaceId } of rows) {
    await inWorkspace(services.db, workspaceId, (tx) =>
      tx.apiToken.deleteMany({ where: { workspaceId, userId } }),
    );
  }
}
