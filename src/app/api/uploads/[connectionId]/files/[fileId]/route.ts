import { NotFound } from '@/errors';
import { confirmFile } from '@/features/uploads/confirm-file';
import { readFileSummary } from '@/features/uploads/list-files';
import { removeFile } from '@/features/uploads/remove-file';
import { FileRef } from '@/features/uploads/schemas';
import { route } from '@/server/route';

const headers = { 'cache-control': 'no-store' };

function refOf(params: Record<string, string>): FileRef {
  const ref = FileRef.safeParse(params);
  if (!ref.success) throw new NotFound('file');
  return ref.data;
}

/** What a file would bring, or brought, or why it cannot be loaded. */
export const GET = route({
  async handler(_request, { ctx, params }) {
    const { connectionId, fileId } = refOf(params);
    return Response.json({ file: await readFileSummary(ctx, connectionId, fileId) }, { headers });
  },
});

/** Has a file loaded that was read and found in order. */
export const POST = route({
  async handler(_request, { ctx, params }) {
    await confirmFile(ctx, refOf(params));
    return new Response(null, { status: 202, headers });
  },
});

/** Takes a file out, with all that it alone brought. */
export const DELETE = route({
  async handler(_request, { ctx, params }) {
    await removeFile(ctx, refOf(params));
    return new Response(null, { status: 204, headers });
  },
});
