import { Invalid } from '@/errors';
import { parseCostQuery } from '@/features/costs/schemas';
import { exportFocusCsv } from '@/features/focus-export/export-focus-csv';
import { fileStream } from '@/server/file-stream';
import { route } from '@/server/route';

/** Every charge behind the overview as CSV of FOCUS. */
export const GET = route({
  async handler(_request, { ctx, search, isStillSignedIn }) {
    const parsed = parseCostQuery(search, ctx.now());
    if (!parsed.ok) throw new Invalid('The address does not say what to show.', parsed.fields);
    const { name, body } = await exportFocusCsv(ctx, parsed.query);
    return fileStream(body, { name, type: 'text/csv; charset=utf-8', isStillSignedIn });
  },
});
