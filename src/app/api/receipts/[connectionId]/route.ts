import { z } from 'zod';
import { NotFound } from '@/errors';
import { exportReceipt } from '@/features/erasure/read-receipt';
import { route } from '@/server/route';

export const GET = route({
  async handler(_request, { ctx, params }) {
    const id = z.uuid().safeParse(params['connectionId']);
    if (!id.success) throw new NotFound('receipt');
    const { body, signature } = await exportReceipt(ctx, id.data);
    return new Response(
      `${JSON.stringify({ body, signature, publicKey: ctx.signer.publicKeyPem }, null, 2)}\n`,
      {
        headers: {
          'content-type': 'application/json',
          'content-disposition': `attachment; filename="erasure-receipt-${id.data.slice(0, 8)}.json"`,
          'cache-control': 'no-store',
        },
      },
    );
  },
});
