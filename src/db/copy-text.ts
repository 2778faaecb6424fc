const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A row in the text format of COPY, with its end. */
export function copyLine(values: readonly string[]): string {
  return `${values.map((text) => text.replace(/[\\\t\n\r]/g, (char) => ESCAPES[char] ?? char)).join('\t')}\n`;
}
