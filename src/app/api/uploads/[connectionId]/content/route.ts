import { NotFound } from '@/errors';
import { ConnectionRef } from '@/features/connections/schemas';
import { receiveFile } from '@/features/uploads/receive-file';
import { ReceiveFileInput } from '@/features/uploads/schemas';
import { route } from '@/server/route';

/** Takes a file in, which is the body as it is. Without `load=true` it is read and waits for a word. */
export const POST = route({
  async handler(request, { ctx, params, search }) {
    const ref = ConnectionRef.safeParse(params);
    if (!ref.success) throw new NotFound('connection');
    const input = ReceiveFileInput.parse({
      ...ref.data,
      name: search.get('name') ?? undefined,
      isWanted: search.get('load') === 'true',
    });
    return Response.json(await receiveFile(ctx, input, request.body), {
      status: 202,
      headers: { 'cache-control': 'no-store' },
    });
  },
});
