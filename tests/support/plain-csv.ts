/** A plain CSV reader that knows quotes, and shares nothing with the code under test. */
export function readCsv(text: string): Record<string, string>[] {
  const lines: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    const line = lines.at(-1) ?? [];
    if (isQuoted && char === '"' && text[at + 1] === '"') cell += text[++at];
    else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (char === ',' || char === '\n')) {
      line.push(cell);
      cell = '';
      if (char === '\n') lines.push([]);
    } else if (isQuoted || char !== '\r') cell += char ?? '';
  }
  const [header = [], ...rows] = lines;
  return rows
    .filter((row) => row.length === header.length)
    .map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}
