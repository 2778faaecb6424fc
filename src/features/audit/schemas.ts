import { z } from 'zod';
import { isDay } from '@/domain/period';
import { auditActions } from './action-words';
import { MAX_RETENTION_DAYS, MIN_RETENTION_DAYS } from './retention-bounds';

export const actorKinds = ['user', 'token', 'staff', 'system', 'stranger'] as const;
export type ActorKind = (typeof actorKinds)[number];

export const actionGroups: readonly string[] = [
  ...new Set(auditActions.map((action) => action.split('.')[0] ?? action)),
];

/** Which events are wanted; null: of that all. Days are UTC and both included. */
export interface AuditQuery {
  readonly actor: ActorKind | null;
  readonly member: string | null;
  /** One action, or a group of them. */
  readonly action: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly search: string | null;
}

const day = z.string().refine(isDay, 'A date looks like 2026-11-01.').nullable();
const isKnown = (action: string) =>
  actionGroups.includes(action) || (auditActions as string[]).includes(action);

const Params = z
  .object({
    actor: z.enum(actorKinds, 'There is no such kind of actor.').nullable(),
    member: z.uuid('A person is named by their id.').nullable(),
    action: z.string().refine(isKnown, 'There is no such action.').nullable(),
    from: day,
    to: day,
    q: z.string().trim().max(200, 'Search for at most 200 characters.').nullable(),
  })
  .superRefine(({ from, to }, refine) => {
    if (from && to && to < from) {
      refine.addIssue({ code: 'custom', path: ['to'], message: 'The dates must run forward.' });
    }
  });

export const auditKeys = ['actor', 'member', 'action', 'from', 'to', 'q'] as const;

export type AuditQueryParse = { ok: true; query: AuditQuery } | { ok: false; fields: Record<string, string> };

/** Reads the filter from an address; what is not understood is named, not guessed. An empty field of the form filters nothing. */
export function parseAuditQuery(params: URLSearchParams): AuditQueryParse {
  const parsed = Params.safeParse(Object.fromEntries(auditKeys.map((key) => [key, params.get(key) || null])));
  if (!parsed.success) {
    return {
      ok: false,
      fields: Object.fromEntries(
        parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message]).reverse(),
      ),
    };
  }
  const { q, ...rest } = parsed.data;
  return { ok: true, query: { ...rest, search: q || null } };
}

/** The one way to write a filter; empty for no filter. */
export function auditParams(query: AuditQuery): URLSearchParams {
  const params = new URLSearchParams();
  const { search, ...rest } = query;
  for (const key of auditKeys) {
    const value = key === 'q' ? search : rest[key];
    if (value) params.set(key, value);
  }
  return params;
}

export const MoreInput = z.object({ filter: z.string().max(2_000), before: z.int().positive() });
export type MoreInput = z.infer<typeof MoreInput>;

export const RetentionInput = z.object({
  /** Null: for ever. */
  days: z
    .int('Give whole days.')
    .min(MIN_RETENTION_DAYS, `Keep events for at least ${MIN_RETENTION_DAYS} days.`)
    .max(MAX_RETENTION_DAYS, `At most ${MAX_RETENTION_DAYS} days, or for ever.`)
    .nullable(),
});
export type RetentionInput = z.infer<typeof RetentionInput>;
