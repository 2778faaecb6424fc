import { z } from 'zod';
import { metrics } from '@/domain/cost-query';
import { Invalid } from '@/errors';
import { readResource } from '@/features/resources/read-resource';
import { jsonOnce } from '@/server/json-once';
import { route } from '@/server/route';

const Options = z.object({
  cost: z.enum(metrics).default('amortized'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
});

/** One resource: what it is, what it cost by day and by kind of charge, and what it belongs to. */
export const GET = route({
  async handler(_request, { ctx, params, search }) {
    const parsed = Options.safeParse(Object.fromEntries(search));
    if (!parsed.success) {
      throw new Invalid('The address does not say what to show.', {
        cost: 'cost is amortized or unblended, currency three letters.',
      });
    }
    const { cost, currency } = parsed.data;
    const resource = await readResource(ctx, params['ref'] ?? '', {
      metric: cost,
      currency: currency ?? null,
    });
    return jsonOnce('resource', resource);
  },
});
