export type TemplateNode = string | number | readonly TemplateNode[] | TemplateMap;
export interface TemplateMap {
  readonly [key: string]: TemplateNode;
}

/** A line above a value; only maps and lists can carry one. */
export type Comments = ReadonlyMap<TemplateNode, string>;

const isList = (node: TemplateNode): node is readonly TemplateNode[] => Array.isArray(node);
const isMap = (node: TemplateNode): node is TemplateMap => typeof node === 'object' && !isList(node);

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Names and actions stand as they are; YAML could take anything else for something else. */
const isName = (text: string): boolean =>
  /^[A-Za-z][\w-]*(::?[\w-]+)*$/.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text);

/** What people read is quoted even when it is one word. */
const isProse = (key: string): boolean => key === 'default';

function scalar(node: string | number, key = ''): string {
  if (typeof node === 'number') return String(node);
  return isName(node) && !isProse(key) ? node : quote(node);
}

const indent = (lines: readonly string[], spaces: number): string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(spaces) + line));

function commentLines(node: TemplateNode, comments: Comments): string[] {
  const text = comments.get(node);
  return text === undefined ? [] : ['', `# ${text}`];
}

function itemLines(item: TemplateNode, comments: Comments): string[] {
  if (!isMap(item) && !isList(item)) return [`- ${scalar(item)}`];
  const [first = '', ...rest] = nodeLines(item, comments);
  return [...commentLines(item, comments), `- ${first}`, ...indent(rest, 2)];
}

function nodeLines(node: TemplateMap | readonly TemplateNode[], comments: Comments): string[] {
  if (isList(node)) return node.flatMap((item) => itemLines(item, comments));
  return Object.entries(node).flatMap(([key, value]) => {
    if (!isMap(value) && !isList(value)) return [`${key}: ${scalar(value, key)}`];
    return [...commentLines(value, comments), `${key}:`, ...indent(nodeLines(value, comments), 2)];
  });
}

/** Just the YAML that the template needs: maps, lists, texts and numbers, a blank line between sections. */
export function toYaml(document: TemplateMap, comments: Comments): string {
  const sections = Object.entries(document).map(([key, value]) => {
    const lines = nodeLines({ [key]: value }, comments);
    return key === 'AWSTemplateFormatVersion' || key === 'Description' ? lines : ['', ...lines];
  });
  return `${sections.flat().join('\n')}\n`;
}
