import type { Tx } from '@/db/client';

/** Where a file with these bytes is already, loaded or about to be; refused files are not remembered. */
export async function findSameFile(
  tx: Tx,
  workspaceId: string,
  digest: string,
): Promise<{ id: string; name: string; source: string } | null> {
  const found = await tx.uploadedFile.findFirst({
    where: { workspaceId, digest },
    select: { id: true, name: true, connection: { select: { name: true } } },
  });
  return found && { id: found.id, name: found.name, source: found.connection.name };
}
