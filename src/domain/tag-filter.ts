/** One tag of a filter: resources and charges with this value, or those without the tag. */
export interface TagFilter {
  readonly key: string;
  /** Null: those that do not have the tag. */
  readonly value: string | null;
}

/** The key ends at the first `=` of a parameter, so that one within it is spelled `%3D`, and `%` is `%25`. */
const spellKey = (key: string) => key.replaceAll('%', '%25').replaceAll('=', '%3D');
const readKey = (text: string) => text.replaceAll('%3D', '=').replaceAll('%25', '%');

/** A tag with its value as the text of a `tag` parameter. */
export const tagParam = (key: string, value: string): string => `${spellKey(key)}=${value}`;

/** What `tagParam` wrote. */
export function readTagParam(text: string): TagFilter {
  const at = text.indexOf('=');
  return { key: readKey(text.slice(0, at)), value: text.slice(at + 1) };
}

/** Adds `tag` and `untagged` parameters for the filters. */
export function addTagParams(params: URLSearchParams, tags: readonly TagFilter[]): void {
  for (const { key, value } of tags) {
    if (value === null) params.append('untagged', key);
    else params.append('tag', tagParam(key, value));
  }
}

/** The filters with this one taken away where it is among them, and added where it is not. */
export function withTagToggled(tags: readonly TagFilter[], tag: TagFilter): TagFilter[] {
  const rest = tags.filter((one) => one.key !== tag.key || one.value !== tag.value);
  return rest.length < tags.length ? rest : [...tags, tag];
}

/** What a cost category is called among the tags, before its own name. */
export const COST_CATEGORY = 'cost-category:';

/** The keys of a report's lines by tag that are no value; a value has `=` before it. */
export const UNTAGGED = '-';
/** Cost of which nobody has told the tags. */
export const UNTOLD = '?';
