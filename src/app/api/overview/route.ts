import { Invalid } from '@/errors';
import { readOverview } from '@/features/costs/read-overview';
import { parseCostQuery } from '@/features/costs/schemas';
import { jsonOnce } from '@/server/json-once';
import { route } from '@/server/route';

/** The overview as JSON; every amount is exact text. */
export const GET = route({
  async handler(_request, { ctx, search }) {
    const parsed = parseCostQuery(search, ctx.now());
    if (!parsed.ok) throw new Invalid('The address does not say what to show.', parsed.fields);
    return jsonOnce('overview', await readOverview(ctx, parsed.query));
  },
});
