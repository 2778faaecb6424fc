import { Invalid } from '@/errors';
import type { Overview } from '@/features/costs/overview';
import { readOverview } from '@/features/costs/read-overview';
import { parseCostQuery } from '@/features/costs/schemas';
import { route } from '@/server/route';

const written = new WeakMap<Overview, string>();

/** An overview that is asked for again and again is written once. */
function jsonOf(overview: Overview | null): string {
  const known = overview && written.get(overview);
  if (known) return known;
  const text = JSON.stringify({ overview });
  if (overview) written.set(overview, text);
  return text;
}

/** The overview as JSON; every amount is exact text. */
export const GET = route({
  async handler(_request, { ctx, search }) {
    const parsed = parseCostQuery(search, ctx.now());
    if (!parsed.ok) throw new Invalid('The address does not say what to show.', parsed.fields);
    return new Response(jsonOf(await readOverview(ctx, parsed.query)), {
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    });
  },
});
