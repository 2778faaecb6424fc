import type { Sql } from '@/db/client';
import type { TagFilter } from '@/domain/tag-filter';

/** A tag as reports know it: the first of its keys that is there says the value. */
export interface ReportTag {
  readonly name: string;
  readonly keys: readonly string[];
  /** Values are told apart without regard to case, and to space around them. */
  readonly ignoresCase: boolean;
  /** Values that count as another one. Where case is ignored, both are in lower case. */
  readonly synonyms: Readonly<Record<string, string>>;
}

export type TagRules = ReadonlyMap<string, ReportTag>;

interface RuleRow {
  name: string;
  keys: string[];
  ignores_case: boolean;
  synonyms: Record<string, string>;
}

/** The workspace's own rules by the name of their tag. */
export async function readTagRules(sql: Sql, workspaceId: string): Promise<TagRules> {
  const { rows } = await sql.query<RuleRow>(
    'select name, keys, ignores_case, synonyms from tag_rule where workspace_id = $1 order by name',
    [workspaceId],
  );
  return new Map(
    rows.map(({ name, keys, ignores_case: ignoresCase, synonyms }) => [
      name,
      { name, keys, ignoresCase, synonyms },
    ]),
  );
}

/** A name that is no rule's is that of a key, which is taken as it is. */
export const tagNamed = (rules: TagRules, name: string): ReportTag =>
  rules.get(name) ?? { name, keys: [name], ignoresCase: false, synonyms: {} };

/** Puts a value among a statement's parameters and says how it is called there. */
export type Bind = (value: unknown) => string;

/** Puts values at the end of a statement's parameters. */
export const bindTo =
  (params: unknown[]): Bind =>
  (value) =>
    `$${params.push(value)}`;

/** A column of JSON, or SQL for the value of one key where not every row may be read for every key. */
export type TagColumn = string | ((key: string) => string);

/** SQL for the value of a tag; null where none of its keys is there. */
export function tagValueSql(tag: ReportTag, tags: TagColumn, bind: Bind): string {
  const valueOf = typeof tags === 'string' ? (key: string) => `${tags} ->> ${bind(key)}::text` : tags;
  const found = tag.keys.map(valueOf);
  const value = found.length === 1 ? `(${found[0]})` : `coalesce(${found.join(', ')})`;
  const plain = tag.ignoresCase ? `lower(btrim(${value}))` : value;
  if (Object.keys(tag.synonyms).length === 0) return plain;
  return `coalesce(${bind(JSON.stringify(tag.synonyms))}::jsonb ->> ${plain}, ${plain})`;
}

const withoutTag = (value: string, untold: string | null) =>
  untold === null ? `${value} is null` : `(${value} is null and not ${untold})`;

/** The values of one key as they are spelled: what an index knows. */
const isPlain = ({ keys, ignoresCase, synonyms }: ReportTag) =>
  keys.length === 1 && !ignoresCase && Object.keys(synonyms).length === 0;

/** SQL that holds for rows of which nobody has told whether they have a tag; null where there is none. */
export type UntoldSql = (tag: ReportTag) => string | null;

/**
 * SQL that holds where `tags` meets every tag that is filtered on, each with one of its values. What is `untold` is not found among
 * those without the tag.
 */
export function tagFilterSql(
  { tagRules: rules, untold }: { tagRules: TagRules; untold: UntoldSql | null },
  filters: readonly TagFilter[],
  tags: TagColumn,
  bind: Bind,
): string[] {
  return [...new Set(filters.map((filter) => filter.key))].map((key) => {
    const tag = tagNamed(rules, key);
    // Made where it is needed: PostgreSQL refuses a parameter that no expression uses.
    const value = () => tagValueSql(tag, tags, bind);
    const wanted = filters.filter((filter) => filter.key === key);
    const named = wanted.flatMap((filter) => (filter.value === null ? [] : [filter.value]));
    const alternatives = [
      ...(typeof tags === 'string' && isPlain(tag)
        ? named.map((one) => `${tags} @> ${bind(JSON.stringify({ [tag.keys[0] ?? '']: one }))}::jsonb`)
        : named.length > 0
          ? [`${value()} = any(${bind(named)})`]
          : []),
      ...(named.length < wanted.length ? [withoutTag(value(), untold?.(tag) ?? null)] : []),
    ];
    return `(${alternatives.join(' or ')})`;
  });
}
