import { Invalid } from '@/errors';
import { parseCostQuery } from '@/features/costs/schemas';
import { exportFocusParquet } from '@/features/focus-export/export-focus-parquet';
import { nameFocusFile } from '@/features/focus-export/name-focus-file';
import { fileHead, fileStream } from '@/server/file-stream';
import { route } from '@/server/route';

const TYPE = 'application/vnd.apache.parquet';

/** Every charge behind the overview as Parquet of FOCUS. */
export const GET = route({
  async handler(request, { ctx, search, isStillSignedIn }) {
    const parsed = parseCostQuery(search, ctx.now());
    if (!parsed.ok) throw new Invalid('The address does not say what to show.', parsed.fields);
    if (request.method === 'HEAD')
      return fileHead({ name: await nameFocusFile(ctx, parsed.query, 'parquet'), type: TYPE });
    const { name, body } = await exportFocusParquet(ctx, parsed.query, { signal: request.signal });
    return fileStream(body, { name, type: TYPE, isStillSignedIn });
  },
});
