const isLetterOrDigit = (char: string): boolean => /[\p{L}\p{N}]/u.test(char);

/** Words begin after a space or sign, or at a capital: `volumes` is in `DescribeVolumes`, `rds` not in `words`. */
function hasWord(text: string, lowerText: string, word: string): boolean {
  for (let at = lowerText.indexOf(word); at !== -1; at = lowerText.indexOf(word, at + 1)) {
    const char = text.charAt(at);
    if (at === 0 || !isLetterOrDigit(text.charAt(at - 1)) || char !== char.toLowerCase()) return true;
  }
  return false;
}

/** True when every word of the query begins a word of the text; an empty query finds everything. */
export function isFound(text: string, query: string): boolean {
  const lowerText = text.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => word === '' || hasWord(text, lowerText, word));
}

export function foundText(found: number, total: number, query: string): string {
  if (query.trim() === '') return `${total} actions`;
  if (found === 0) return 'No action found. What is not on this list is not granted.';
  return `${found} of ${total} actions found`;
}
