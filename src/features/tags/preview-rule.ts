import { limitOf, requirePermission, withSql, type Ctx } from '@/context';
import { add, compare } from '@/domain/money';
import { addDays, type DayRange } from '@/domain/period';
import { readScope } from '@/features/costs/scope';
import { TAGS_ARE_HASHED, taggedCharges, untoldCharges } from '@/features/costs/tag-sql';
import { bindTo, tagValueSql } from './report-tags';
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
  value: string | null;
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
    const params: unknown[] = [scope.workspaceId, scope.shelves, scope.connectionIds, currency];
    const bind = bindTo(params);
    const query = { metric: 'amortized' as const, tags: [] };
    const of = { counted: (alias: string) => `${alias}.currency = $4`, range, grain: 'month' as const };
    const value = tagValueSql(rule, 'g.tags', bind);
    const first = rule.keys
      .map(bind)
      .map((at) => `when g.tags ? ${at}::text then ${at}::text`)
      .join(' ');
    await sql.query(TAGS_ARE_HASHED);
    const { rows } = await sql.query<Row>(
      `select s.value, s.spelled_key, s.tags ->> s.spelled_key as spelled_value, sum(s.cost)::text as amount
       from (${taggedCharges(scope, query, { value, spelled_key: `case ${first} end`, tags: 'g.tags' }, { ...of, bind })}) s
       group by 1, 2, 3`,
      params,
    );
    const untoldParams = params.slice(0, 4);
    const { rows: alone } = await sql.query<{ amount: string }>(
      `select coalesce(sum(u.cost), 0)::text as amount
       from (${untoldCharges(scope, query, { ...of, bind: bindTo(untoldParams) })}) u`,
      untoldParams,
    );
    const untold = alone[0]?.amount ?? '0';
    const { rows: known } = await sql.query<{ key: string }>(
      `select distinct tag_key as key from reported_tag where workspace_id = $1 and tag_key = any($2) and not is_reported`,
      [scope.workspaceId, rule.keys],
    );
    const values = [...new Set(rows.map((row) => row.value))].map((one): PreviewValue => {
      const parts = rows.filter((row) => row.value === one);
      return {
        value: one,
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
      total: add(...rows.map((row) => row.amount), untold),
      values: values.sort(dearestFirst),
      untold,
      missing: known.map((one) => one.key).sort(),
    };
  });
}
