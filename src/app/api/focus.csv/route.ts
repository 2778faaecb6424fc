import { Invalid } from '@/errors';
import { parseCostQuery } from '@/features/costs/schemas';
import { exportFocusCsv } from '@/features/focus-export/export-focus-csv';
import { nameFocusFile } from '@/features/focus-export/name-focus-file';
import { fileHead, fileStream } from '@/server/file-stream';
import { route } from '@/server/route';

const TYPE = 'text/csv; charset=utf-8';

/** Every charge behind the overview as CSV of FOCUS. */
export const GET = route({
  async handler(request, { ctx, search, isStillSignedIn }) {
    const parsed = parseCostQuery(search, ctx.now());
    if (!parsed.ok) throw new Invalid('The address does not say what to show.', parsed.fields);
    if (request.method === 'HEAD')
      return fileHead({ name: await nameFocusFile(ctx, parsed.query, 'csv'), type: TYPE });
    const { name, body } = await exportFocusCsv(ctx, parsed.query);
    return fileStream(body, { name, type: TYPE, isStillSignedIn });
  },
});
