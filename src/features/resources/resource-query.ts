import { z } from 'zod';
import { metrics, type CostMetric } from '@/domain/cost-query';
import { addTagParams, readTagParam, type TagFilter } from '@/domain/tag-filter';

/** Spans of a list of resources, in days up to the last day that is loaded; `month` is the month of that day. */
export const resourceSpans = ['7', '30', '90', 'month'] as const;
export type ResourceSpan = (typeof resourceSpans)[number];

export const resourceStates = ['present', 'gone'] as const;
export type ResourceState = (typeof resourceStates)[number];

export const resourceSorts = [
  'cost',
  'change',
  'name',
  'type',
  'account',
  'region',
  'first-seen',
  'last-seen',
] as const;
export type ResourceSort = (typeof resourceSorts)[number];

/** What resources can be summed by, beside `tag:` and a key. */
export const resourceGroups = ['type', 'service', 'account', 'region'] as const;

/** What a list of resources shows. Accounts are our own refs, never AWS account ids. */
export interface ResourceQuery {
  readonly span: ResourceSpan;
  readonly metric: CostMetric;
  readonly currency: string | null;
  readonly search: string;
  readonly type: readonly string[];
  readonly service: readonly string[];
  readonly account: readonly string[];
  readonly region: readonly string[];
  readonly tags: readonly TagFilter[];
  readonly state: ResourceState | null;
  readonly sort: ResourceSort;
  readonly isDescending: boolean;
  /** `type`, `service`, `account`, `region` or `tag:` and a key; null: a plain list. */
  readonly group: string | null;
}

const MAX_VALUES = 100;
const values = z.array(z.string().max(300)).max(MAX_VALUES).default([]);
const refs = z
  .array(z.string().regex(/^a[0-9a-f]{12}$/, 'An account is named by its ref, as in the links of the page.'))
  .max(MAX_VALUES)
  .default([]);

const Params = z.object({
  span: z.enum(resourceSpans).default('30'),
  cost: z.enum(metrics).default('amortized'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  q: z.string().max(200).default(''),
  type: values,
  service: values,
  account: refs,
  region: values,
  tag: z
    .array(
      z
        .string()
        .max(500)
        .regex(/^[^=]+=/, 'A tag filter looks like Team=search.'),
    )
    .max(MAX_VALUES)
    .default([]),
  untagged: values,
  state: z.enum(resourceStates).optional(),
  sort: z.enum(resourceSorts).default('cost'),
  dir: z.enum(['asc', 'desc']).optional(),
  group: z
    .string()
    .regex(
      /^(type|service|account|region|tag:.{1,300})$/,
      'Resources are grouped by type, service, account, region or tag:Key.',
    )
    .optional(),
});

const LISTS = new Set(['type', 'service', 'account', 'region', 'tag', 'untagged']);

export type ResourceQueryParse =
  { ok: true; query: ResourceQuery } | { ok: false; fields: Record<string, string> };

/** Cost and change are of most use from the top, everything else in its order. */
const isDescendingByItself = (sort: ResourceSort) =>
  sort === 'cost' || sort === 'change' || sort === 'last-seen';

/** Reads the list's state from its address; what is not understood is named, not guessed. */
export function parseResourceQuery(params: URLSearchParams): ResourceQueryParse {
  const raw: Record<string, unknown> = {};
  for (const key of new Set(params.keys())) raw[key] = LISTS.has(key) ? params.getAll(key) : params.get(key);
  const parsed = Params.safeParse(raw);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message]);
    return { ok: false, fields: Object.fromEntries(fields) as Record<string, string> };
  }
  const { span, cost, currency, q, type, service, account, region, tag, untagged, state, sort, dir, group } =
    parsed.data;
  return {
    ok: true,
    query: {
      ...{ span, metric: cost, currency: currency ?? null, search: q.trim(), sort },
      type: [...new Set(type)],
      service: [...new Set(service)],
      account: [...new Set(account)],
      region: [...new Set(region)],
      tags: [...tag.map(readTagParam), ...untagged.map((key) => ({ key, value: null }))],
      state: state ?? null,
      isDescending: dir === undefined ? isDescendingByItself(sort) : dir === 'desc',
      group: group ?? null,
    },
  };
}

/** The state of the list as its address; defaults are left out. */
export function toResourceParams(query: ResourceQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.span !== '30') params.set('span', query.span);
  if (query.metric !== 'amortized') params.set('cost', query.metric);
  if (query.currency) params.set('currency', query.currency);
  if (query.search) params.set('q', query.search);
  for (const name of ['type', 'service', 'account', 'region'] as const) {
    for (const value of query[name]) params.append(name, value);
  }
  addTagParams(params, query.tags);
  if (query.state) params.set('state', query.state);
  if (query.sort !== 'cost') params.set('sort', query.sort);
  if (query.isDescending !== isDescendingByItself(query.sort))
    params.set('dir', query.isDescending ? 'desc' : 'asc');
  if (query.group) params.set('group', query.group);
  return params;
}
