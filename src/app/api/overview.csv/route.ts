import { z } from 'zod';
import { Invalid } from '@/errors';
import { exportOverview } from '@/features/costs/export-overview';
import { csvParts } from '@/features/costs/overview-csv';
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
    const { name, rows } = await exportOverview(ctx, parsed.query, part.data);
    return csvResponse(name, rows);
  },
});
