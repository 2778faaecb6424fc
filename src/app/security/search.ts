/** True when every word of the query is somewhere in the text; an empty query finds everything. */
export function isFound(text: string, query: string): boolean {
  const haystack = text.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

export function foundText(found: number, total: number, query: string): string {
  if (query.trim() === '') return `${total} actions`;
  if (found === 0) return 'No action found. What is not on this list is not granted.';
  return `${found} of ${total} actions found`;
}
