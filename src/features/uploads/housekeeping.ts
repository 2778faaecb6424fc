import { systemContext, withTransaction } from '@/context';
import type { Runtime } from '@/runtime';

/** Lets go of uploads that broke off and of files that nobody had loaded within a day. */
export async function forgetUploads(runtime: Runtime): Promise<void> {
  const { rows } = await runtime.db.pool.query<{ workspace_id: string; connection_id: string; id: string }>(
    'select workspace_id, connection_id, id from forgotten_uploads()',
  );
  for (const { workspace_id: workspaceId, connection_id: connectionId, id } of rows) {
    await withTransaction(systemContext(runtime, workspaceId, 'forget-uploads'), (tx) =>
      tx.uploadedFile.deleteMany({
        where: { workspaceId, connectionId, id, state: { in: ['receiving', 'read', 'refused'] } },
      }),
    );
  }
}
