import type { Ctx } from '../../src/context';
import { readReceipt } from '../../src/features/erasure/read-receipt';
import { revokeConnection } from '../../src/features/erasure/revoke-connection';
import type { LoadFigures } from './load';

/** Whoever revokes has just proven who they are; a benchmark takes longer than that holds. */
function atOnce(ctx: Ctx): Ctx {
  const { actor } = ctx;
  if (actor.kind !== 'user' || !actor.session) return ctx;
  return { ...ctx, actor: { ...actor, session: { ...actor.session, steppedUpAt: ctx.now() } } };
}

/** Revokes a connection with line items and says when it was out of every answer, and when its rows were gone. */
export async function benchRevokeItems(
  ctx: Ctx,
  loaded: LoadFigures,
  row: (label: string, text: string) => void,
): Promise<void> {
  await revokeConnection(atOnce(ctx), { connectionId: loaded.connectionId, confirmation: 'Line items' });
  const { content } = await readReceipt(ctx, loaded.connectionId);
  const gone = content.rows.find((one) => one.table === 'line_item');
  row(
    `${gone?.before} line items of one connection beside another's`,
    `out of every answer ${content.outOfEveryAnswerAfterMs} ms, rows gone ${content.rowsGoneAfterMs} ms, left ${gone?.after}`,
  );
}
