import { NotFound } from '@/errors';
import { ConnectionRef } from '@/features/connections/schemas';
import { listFiles } from '@/features/uploads/list-files';
import { route } from '@/server/route';

/** The files of a source with their states and totals; every amount is exact text. */
export const GET = route({
  async handler(_request, { ctx, params }) {
    const ref = ConnectionRef.safeParse(params);
    if (!ref.success) throw new NotFound('connection');
    const files = await listFiles(ctx, ref.data.connectionId);
    return Response.json({ files }, { headers: { 'cache-control': 'no-store' } });
  },
});
