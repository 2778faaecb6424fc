import { z } from 'zod';
import { Invalid } from '@/errors';
import { parseResourceQuery } from '@/features/resources/resource-query';
import { readResources } from '@/features/resources/read-resources';
import { jsonOnce } from '@/server/json-once';
import { route } from '@/server/route';

const Page = z.object({
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
});

/** The resources that match, a page at a time, with the totals of all of them; every amount is exact text. */
export const GET = route({
  async handler(_request, { ctx, search }) {
    const page = Page.safeParse({
      offset: search.get('offset') ?? undefined,
      limit: search.get('limit') ?? undefined,
    });
    search.delete('offset');
    search.delete('limit');
    const parsed = parseResourceQuery(search);
    if (!parsed.ok || !page.success) {
      throw new Invalid(
        'The address does not say what to show.',
        parsed.ok ? { limit: 'offset is at least 0 and limit 1 to 1,000.' } : parsed.fields,
      );
    }
    return jsonOnce('resources', await readResources(ctx, parsed.query, page.data));
  },
});
