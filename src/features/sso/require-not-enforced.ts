import type { Tx } from '@/db/client';
import { PreconditionFailed } from '@/errors';

/** Throws PreconditionFailed, in these words, while single sign-on is the only way in: people could not sign in any more. */
export async function requireNotEnforced(tx: Tx, workspaceId: string, otherwise: string): Promise<void> {
  const { enforceSso } = await tx.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { enforceSso: true },
  });
  if (enforceSso) throw new PreconditionFailed(otherwise);
}
