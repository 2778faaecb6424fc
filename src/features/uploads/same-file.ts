import type { Tx } from '@/db/client';

/** Where a file with these bytes is already, loaded or about to be; refused files are not remembered. */
export async function findSameFile(
  tx: Tx,
  workspaceId: string,
  digest: string,
): Promise<{ name: string; source: string } | null> {
  const found = await tx.uploadedFile.findFirst({
    where: { workspaceId, digest },
    select: { name: true, connection: { select: { name: true } } },
  });
  return found && { name: found.name, source: found.connection.name };
}
