import type { ReportTag } from './report-tags';
import type { TagRuleShape } from './schemas';

const plain = (value: string, ignoresCase: boolean) => (ignoresCase ? value.trim().toLowerCase() : value);

/** A rule as reports use it: each key once, and values in the case that they are compared in. */
export function reportTagOf(name: string, { keys, ignoresCase, synonyms }: TagRuleShape): ReportTag {
  const pairs = synonyms
    .map(({ from, to }) => [plain(from, ignoresCase), plain(to, ignoresCase)] as const)
    .filter(([from, to]) => from !== to);
  return { name, keys: [...new Set(keys)], ignoresCase, synonyms: Object.fromEntries(pairs) };
}
