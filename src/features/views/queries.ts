import type { Tx } from '@/db/client';
import { NotFound } from '@/errors';
import type { SavedView } from './schemas';

const columns = { id: true, name: true, query: true, updatedAt: true, createdBy: true } as const;

export async function getView(tx: Tx, workspaceId: string, id: string): Promise<SavedView> {
  const found = await tx.savedView.findFirst({ where: { workspaceId, id }, select: columns });
  if (!found) throw new NotFound('view');
  return found;
}

export function listViewRows(tx: Tx, workspaceId: string): Promise<SavedView[]> {
  return tx.savedView.findMany({
    where: { workspaceId },
    select: columns,
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: 500,
  });
}
