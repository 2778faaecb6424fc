/** Short forms that everybody uses, and what they are short for. */
const SHORT_FORMS: ReadonlyMap<string, string> = new Map([
  ['env', 'environment'],
  ['app', 'application'],
  ['svc', 'service'],
  ['proj', 'project'],
  ['cc', 'costcenter'],
  ['costcentre', 'costcenter'],
]);

function stemOf(key: string): string {
  const plain = key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return SHORT_FORMS.get(plain) ?? plain;
}

/** Sets of keys that look like spellings of one tag and that no rule joins yet. The key with most resources comes first. */
export function suggestRules(
  keys: readonly { readonly key: string; readonly resources: number; readonly rules: readonly string[] }[],
): string[][] {
  const sets = new Map<string, { key: string; resources: number }[]>();
  for (const { key, resources, rules } of keys) {
    if (rules.length > 0) continue;
    const stem = stemOf(key);
    sets.set(stem, [...(sets.get(stem) ?? []), { key, resources }]);
  }
  return [...sets.values()]
    .filter((set) => set.length > 1)
    .map((set) => set.sort((a, b) => b.resources - a.resources).map(({ key }) => key));
}
