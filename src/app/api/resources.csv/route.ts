import { Invalid } from '@/errors';
import { beginResourceExport, streamResources } from '@/features/resources/export-resources';
import { parseResourceQuery } from '@/features/resources/resource-query';
import { csvStream } from '@/server/csv';
import { route } from '@/server/route';

/** The resources that match, all of them, with the exact amounts behind the figures of the page. */
export const GET = route({
  async handler(_request, { ctx, search, isStillSignedIn }) {
    const parsed = parseResourceQuery(search);
    if (!parsed.ok) throw new Invalid('The address does not say what to show.', parsed.fields);
    await beginResourceExport(ctx, parsed.query);
    return csvStream(
      'belvedere-resources.csv',
      (async function* () {
        for await (const page of streamResources(ctx, parsed.query)) {
          if (!(await isStillSignedIn())) return;
          yield page;
        }
      })(),
    );
  },
});
