import { requirePermission } from '@/context';
import { AppError, Invalid } from '@/errors';
import { StartSourceInput } from '@/features/uploads/schemas';
import { startSource } from '@/features/uploads/start-source';
import { readText } from '@/security/read-body';
import { route } from '@/server/route';

/** A name has 80 characters at most. */
const BODY_MAX_BYTES = 4_096;

async function jsonOf(request: Request): Promise<unknown> {
  try {
    return JSON.parse(await readText(request, BODY_MAX_BYTES)) as unknown;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new Invalid('Send JSON with the name of the source, such as {"name":"Azure"}.');
  }
}

/** Makes a source of files. */
export const POST = route({
  async handler(request, { ctx }) {
    requirePermission(ctx, 'upload:write');
    const { id } = await startSource(ctx, StartSourceInput.parse(await jsonOf(request)));
    return Response.json({ id }, { status: 201, headers: { 'cache-control': 'no-store' } });
  },
});
