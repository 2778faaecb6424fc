import { limitOf, requirePermission, withSql, type Ctx } from '@/context';
import { add, compare } from '@/domain/money';
import { addDays, type DayRange } from '@/domain/period';
import { UNTAGGED, UNTOLD } from '@/domain/tag-filter';
import { readScope } from '@/features/costs/scope';
import { tagJoin, tagKeySql } from '@/features/costs/tag-sql';
import type { TagRuleShape } from './schemas';
import { reportTagOf } from './tag-rule';

const DAYS = 30;

export interface PreviewValue {
  /** Null: charges that have none of the keys. */
  readonly value: string | null;
  readonly amount: string;
  /** What it is made of: key and value as they are spelled, dearest first. */
  readonly from: readonly { readonly key: string; readonly value: string; readonly amount: string }[];
}

export interface TagPreview {
  readonly currency: string;
  readonly range: DayRange;
  /** Amortized cost of the last 30 loaded days. */
  readonly total: string;
  readonly values: readonly PreviewValue[];
  /** What Cost Explorer told without tags. */
  readonly untold: string;
  /** Keys that the daily totals are not told apart by yet: their values come with the first report that uses the rule. */
  readonly missing: readonly string[];
}

interface Row {
  key: string;
  spelled_key: string | null;
  spelled_value: string | null;
  amount: string;
}

const dearestFirst = (a: { amount: string }, b: { amount: string }) => compare(b.amount, a.amount);

/** What a rule would make of the last 30 days, before anybody saves it. Null where nothing is loaded. */
export async function previewTagRule(ctx: Ctx, input: TagRuleShape): Promise<TagPreview | null> {
  requirePermission(ctx, 'tag:write');
  const rule = reportTagOf('preview', input);
  return withSql(ctx, 'read', async (sql) => {
    const scope = await readScope(sql, ctx.workspaceId, limitOf(ctx.actor));
    const currency = scope?.currencies[0];
    if (!scope || !currency) return null;
    const { end } = scope.loaded;
    const since = addDays(end, -DAYS);
    const range = { start: since < scope.loaded.start ? scope.loaded.start : since, end };
    const params: unknown[] = [
      scope.workspaceId,
      scope.shelves,
      scope.connectionIds,
      currency,
      range.start,
      range.end,
    ];
    const bind = (value: unknown) => `$${params.push(value)}`;
    const key = tagKeySql({ ...scope, tagRules: new Map([['preview', rule]]) }, 'preview', bind);
    const first = rule.keys
      .map(bind)
      .map((at) => `when g.tags ? ${at}::text then ${at}::text`)
      .join(' ');
    const { rows } = await sql.query<Row>(
      `select s.key, s.spelled_key, s.tags ->> s.spelled_key as spelled_value, sum(s.amount)::text as amount
       from (
         select ${key} as key, case ${first} end as spelled_key, g.tags, t.amount
         from (
           select connection_id, tag_group, sum(effective_cost) as amount from charge_daily_tag
           where workspace_id = $1 and shelf = any($2) and connection_id = any($3) and currency = $4
             and charge_date >= $5 and charge_date < $6
           group by 1, 2
         ) t ${tagJoin}
       ) s group by 1, 2, 3`,
      params,
    );
    const { rows: known } = await sql.query<{ key: string }>(
      `select distinct tag_key as key from reported_tag where workspace_id = $1 and tag_key = any($2) and not is_reported`,
      [scope.workspaceId, rule.keys],
    );
    const told = rows.filter((row) => row.key !== UNTOLD);
    const values = [...new Set(told.map((row) => row.key))].map((one): PreviewValue => {
      const parts = told.filter((row) => row.key === one);
      return {
        value: one === UNTAGGED ? null : one.slice(1),
        amount: add(...parts.map((part) => part.amount)),
        from: parts
          .flatMap(({ spelled_key: spelledKey, spelled_value: value, amount }) =>
            spelledKey === null || value === null ? [] : [{ key: spelledKey, value, amount }],
          )
          .sort(dearestFirst),
      };
    });
    return {
      currency,
      range,
      total: add(...rows.map((row) => row.amount)),
      values: values.sort(dearestFirst),
      untold: add(...rows.filter((row) => row.key === UNTOLD).map((row) => row.amount)),
      missing: known.map((one) => one.key).sort(),
    };
  });
}
