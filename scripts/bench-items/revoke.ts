import type { Ctx } from '../../src/context';
import { readReceipt } from '../../src/features/erasure/read-receipt';
import { revokeConnection } from '../../src/features/erasure/revoke-connection';
import { provenNow } from '../demo-world';
import type { LoadFigures } from './load';

/** Revokes a connection with line items and says when it was out of every answer, and when its rows were gone. */
export async function benchRevokeItems(
  ctx: Ctx,
  loaded: LoadFigures,
  row: (label: string, text: string) => void,
): Promise<void> {
  await revokeConnection(provenNow(ctx), { connectionId: loaded.connectionId, confirmation: 'Line items' });
  const { content } = await readReceipt(ctx, loaded.connectionId);
  const gone = content.rows.find((one) => one.table === 'line_item');
  row(
    `${gone?.before} line items of one connection beside another's`,
    `out of every answer ${content.outOfEveryAnswerAfterMs} ms, rows gone ${content.rowsGoneAfterMs} ms, left ${gone?.after}`,
  );
}
