import { z } from 'zod';
import { Invalid } from '@/errors';
import { csvParts, overviewCsv } from '@/features/costs/overview-csv';
import { readOverview } from '@/features/costs/read-overview';
import { parseCostQuery } from '@/features/costs/schemas';
import { csvResponse } from '@/server/csv';
import { route } from '@/server/route';

const Part = z.enum(csvParts);

/** Exactly what is on screen in one part of the overview, with the exact amounts behind its figures. */
export const GET = route({
  async handler(_request, { ctx, search }) {
    const part = Part.safeParse(search.get('part') ?? 'daily');
    search.delete('part');
    const parsed = parseCostQuery(search, ctx.now());
    if (!parsed.ok || !part.success) {
      throw new Invalid(
        'The address does not say what to show.',
        parsed.ok ? { part: 'There is no such part.' } : parsed.fields,
      );
    }
    const overview = await readOverview(ctx, parsed.query);
    if (!overview) throw new Invalid('These days are not loaded.');
    return csvResponse(
      `belvedere-${part.data}-${overview.range.start}.csv`,
      overviewCsv(overview, part.data),
    );
  },
});
