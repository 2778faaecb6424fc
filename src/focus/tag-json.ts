import { COST_CATEGORY } from '@/domain/tag-filter';
import { literal } from './sql';

// Most tags are plain words, and regular expressions over the whole text are many times faster than lists of key and value. So what
// is plain goes the fast way, and only what holds a backslash, a number or an odd key goes the slow way.
const KEY = String.raw`"[^"\\ !\x00-\x1f]*"`;
const WORD = String.raw`"[^"\\\x00-\x1f]*"`;
const MEMBER = `${KEY}:${WORD}`;
const PLAIN = literal(String.raw`\s*\{\s*(${KEY}\s*:\s*${WORD}\s*(,\s*${KEY}\s*:\s*${WORD}\s*)*)?\}\s*`);

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const isText = (type: string) => type === 'VARCHAR' || type === 'JSON';
const isMap = (type: string) => type.startsWith('MAP(');
const isPairs = (type: string) => /^STRUCT\("?key"? .*, "?value"? .*\)\[\]$/i.test(type);

const isPlain = (text: string) => `regexp_full_match(${text}, ${PLAIN})`;

/** The tags as a list of key and value; null where the text is no JSON object. */
function entriesOf(value: string, type: string): string {
  if (isPairs(type)) {
    const pair = '{key: cast(p.key as varchar), value: cast(p.value as varchar)}';
    return `list_transform(list_filter(${value}, lambda p: p.key is not null), lambda p: ${pair})`;
  }
  if (isMap(type)) return `map_entries(cast(${value} as map(varchar, varchar)))`;
  const json = isText(type) ? `try_cast(${value} as json)` : `to_json(${value})`;
  return `map_entries(try_cast(${json} as map(varchar, varchar)))`;
}

/** SQL for whether JSON text holds a list or an object as a value, or a character that PostgreSQL cannot keep. */
function isNested(value: string): string {
  return `(contains(${value}, '\\u0000') or (contains(substr(ltrim(${value}), 2), '{') or contains(${value}, '['))
    and len(list_filter(json_extract(try_cast(${value} as json), '$.*'), lambda v: json_type(v) in ('OBJECT', 'ARRAY'))) > 0)`;
}

/** SQL for whether the column holds something that is no set of tags. */
export function isNoTagSet(value: string, type: string): string {
  if (isMap(type) || isPairs(type)) return 'false';
  const isNone = `${entriesOf(value, type)} is null`;
  if (!isText(type)) return `${value} is not null and ${isNone}`;
  return `case when ${isPlain(value)} then false else (${isNone} or ${isNested(value)}) end`;
}

function withoutPrefix(key: string, prefixes: readonly string[]): string {
  const branches = prefixes.map(
    (prefix) => `when starts_with(${key}, ${literal(prefix)}) then substr(${key}, ${prefix.length + 1})`,
  );
  return branches.length === 0 ? key : `case ${branches.join(' ')} else ${key} end`;
}

/** Of compact JSON text that is plain. Sorting the members sorts the keys, since none has a character that comes before the quote. */
function sortedMembers(compact: string, prefixes: readonly string[]): string {
  const stripped =
    prefixes.length === 0
      ? compact
      : `regexp_replace(${compact}, ${literal(`"(?:${prefixes.join('|')})([^"]*":")`)}, '"\\1', 'g')`;
  return `'{' || array_to_string(list_sort(regexp_extract_all(${stripped}, ${literal(MEMBER)})), ',') || '}'`;
}

/** Of any set of tags. FOCUS allows numbers, true, false and null ("Key-Value Format"): they become text, and null becomes ''. */
function sortedEntries(value: string, type: string, prefixes: readonly string[]): string {
  const pair = `{k: ${withoutPrefix('e.key', prefixes)}, v: coalesce(e.value, '')}`;
  const pairs = `list_sort(list_transform(${entriesOf(value, type)}, lambda e: ${pair}))`;
  const member = "cast(to_json(e.k) as varchar) || ':' || cast(to_json(e.v) as varchar)";
  const text = `'{' || array_to_string(list_transform(${pairs}, lambda e: ${member}), ',') || '}'`;
  return isText(type) ? `case when not ${isNested(value)} then ${text} end` : text;
}

/**
 * The tags of a column as JSON text of strings with sorted keys, null where it holds no set of tags. Keys lose the first of the
 * prefixes that they begin with; prefixes are letters, `_` and `:`.
 */
export function tagJson(value: string, type: string, prefixes: readonly string[] = []): string {
  const any = sortedEntries(value, type, prefixes);
  if (!isText(type) && !isMap(type)) return any;
  const text = isMap(type) ? `cast(to_json(${value}) as varchar)` : value;
  const compact = isMap(type) ? text : `cast(json(${value}) as varchar)`;
  return `case when ${isPlain(text)} then ${sortedMembers(compact, prefixes)} else ${any} end`;
}

/** The tags of columns that hold one key each, as JSON text; a column that is empty is no tag. */
export function tagJsonOfColumns(columns: readonly { key: string; text: string }[]): string {
  const members = [...columns]
    .sort((a, b) => byBytes(a.key, b.key))
    .map(({ key, text }) => {
      const name = literal(`${JSON.stringify(key)}:`);
      return `case when ${text} <> '' then ${name} || cast(to_json(${text}) as varchar) end`;
    });
  return members.length === 0 ? `'{}'` : `'{' || concat_ws(',', ${members.join(', ')}) || '}'`;
}

/**
 * Tags and cost categories as one set, both JSON text of `tagJson`. A category stands for the whole charge, tagged or not, and
 * its prefix keeps it from hiding a tag of the same name.
 */
export function withCategories(tags: string, categories: string): string {
  const given = `coalesce(${categories}, '{}')`;
  // A text that a colon follows is a key: a value is followed by a comma or the end.
  const key = literal(String.raw`"((?:[^"\\]|\\.)*)":`);
  const named = `regexp_replace(${given}, ${key}, ${literal(String.raw`"${COST_CATEGORY}\1":`)}, 'g')`;
  return `case when ${given} = '{}' then ${tags} when ${tags} = '{}' then ${named}
    else left(${tags}, -1) || ',' || substr(${named}, 2) end`;
}
