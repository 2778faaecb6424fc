import { Invalid } from '@/errors';
import { add } from '@/domain/money';
import { readOverview } from '@/features/costs/read-overview';
import { parseCostQuery } from '@/features/costs/schemas';
import { csvResponse } from '@/server/csv';
import { route } from '@/server/route';

/** Exactly what is on screen: the chart's days and series, with the exact amounts behind its figures. */
export const GET = route({
  async handler(_request, { ctx, search }) {
    const parsed = parseCostQuery(search, ctx.now());
    if (!parsed.ok) throw new Invalid('The address does not say what to show.', parsed.fields);
    const overview = await readOverview(ctx, parsed.query);
    if (!overview) return csvResponse('belvedere.csv', [['day', 'total']]);
    const header = [
      'day',
      ...overview.series.map((series) => `${series.label} (${overview.currency})`),
      `total (${overview.currency})`,
    ];
    const rows = overview.days.map((day, index) => {
      const amounts = overview.series.map((series) => series.amounts[index] ?? '0');
      return [day, ...amounts, add(...amounts)];
    });
    return csvResponse(`belvedere-${overview.range.start}.csv`, [header, ...rows]);
  },
});
