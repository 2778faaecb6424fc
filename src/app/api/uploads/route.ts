import { Invalid } from '@/errors';
import { StartSourceInput } from '@/features/uploads/schemas';
import { startSource } from '@/features/uploads/start-source';
import { route } from '@/server/route';

/** Makes a source of files. */
export const POST = route({
  async handler(request, { ctx }) {
    const body: unknown = await request.json().catch(() => {
      throw new Invalid('Send JSON with the name of the source, such as {"name":"Azure"}.');
    });
    const { id } = await startSource(ctx, StartSourceInput.parse(body));
    return Response.json({ id }, { status: 201, headers: { 'cache-control': 'no-store' } });
  },
});
