import { z } from 'zod';
import {
  dimensions,
  metrics,
  presets,
  rangeOfPreset,
  type CostQuery,
  type GroupBy,
} from '@/domain/cost-query';
import { addDays, daysBetween, isDay } from '@/domain/period';
import { readTagParam } from '@/domain/tag-filter';

const MAX_DAYS = 430;
const MAX_FILTER_VALUES = 100;

const day = z.string().refine(isDay, 'A date looks like 2026-11-01.');
const onOff = z.enum(['on', 'off']).default('on');
// Our own refs and nothing else: a saved view outlives an erasure, and must not hold an account number.
const refs = z
  .array(z.string().regex(/^a[0-9a-f]{12}$/, 'An account is named by its ref, as in the links of the page.'))
  .max(MAX_FILTER_VALUES)
  .default([]);
const values = z.array(z.string().min(0).max(200)).max(MAX_FILTER_VALUES).default([]);

const Params = z
  .object({
    dates: z.enum(presets).optional(),
    from: day.optional(),
    to: day.optional(),
    by: z
      .string()
      .regex(
        /^(service|account|region|account-group|tag:[^\0]{1,300})$/,
        'Costs are grouped by service, account, region, account-group or tag:Name.',
      )
      .default('service'),
    cost: z.enum(metrics).default('amortized'),
    credits: onOff,
    refunds: onOff,
    tax: onOff,
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    service: values,
    account: refs,
    region: values,
    'account-group': values,
    tag: z
      .array(
        z
          .string()
          .max(600)
          .regex(/^[^=\0]+=[^\0]*$/, 'A tag filter looks like Team=search.'),
      )
      .max(MAX_FILTER_VALUES)
      .default([]),
    untagged: z
      .array(z.string().regex(/^[^\0]{1,300}$/))
      .max(MAX_FILTER_VALUES)
      .default([]),
  })
  .superRefine((value, refine) => {
    if ((value.from === undefined) !== (value.to === undefined)) {
      refine.addIssue({ code: 'custom', path: ['from'], message: 'Give both from and to.' });
    } else if (
      value.from &&
      value.to &&
      (value.to < value.from || daysBetween(value.from, value.to) >= MAX_DAYS)
    ) {
      refine.addIssue({
        code: 'custom',
        path: ['to'],
        message: 'The dates must run forward and span at most 14 months.',
      });
    }
  });

const LISTS = new Set<string>([...dimensions, 'account-group', 'tag', 'untagged']);

export type CostQueryParse = { ok: true; query: CostQuery } | { ok: false; fields: Record<string, string> };

/** Reads a page's state from its address; what is not understood is named, not guessed. */
export function parseCostQuery(params: URLSearchParams, now: Date): CostQueryParse {
  const raw: Record<string, unknown> = {};
  for (const key of new Set(params.keys())) raw[key] = LISTS.has(key) ? params.getAll(key) : params.get(key);
  const parsed = Params.safeParse(raw);
  if (!parsed.success) {
    return {
      ok: false,
      fields: Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message])),
    };
  }
  const {
    from,
    to,
    dates,
    cost,
    by,
    currency,
    credits,
    refunds,
    tax,
    service,
    account,
    region,
    tag,
    untagged,
  } = parsed.data;
  const isCustom = from !== undefined && to !== undefined;
  const preset = isCustom ? ('custom' as const) : (dates ?? 'mtd');
  return {
    ok: true,
    query: {
      preset,
      range: isCustom ? { start: from, end: addDays(to, 1) } : rangeOfPreset(dates ?? 'mtd', now),
      by: by as GroupBy,
      metric: cost,
      credits: credits === 'on',
      refunds: refunds === 'on',
      tax: tax === 'on',
      currency: currency ?? null,
      service: [...new Set(service)],
      account: [...new Set(account)],
      region: [...new Set(region)],
      accountGroup: [...new Set(parsed.data['account-group'])],
      tags: [
        ...[...new Set(tag)].map(readTagParam),
        ...[...new Set(untagged)].map((key) => ({ key, value: null })),
      ],
    },
  };
}
