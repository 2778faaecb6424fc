import { createHash } from 'node:crypto';
import first from '../../cloudformation/versions/1.json';
import { templateDocument } from './render-document';
import { renderTemplate } from './render-template';
import type { TemplateMap, TemplateNode } from './render-yaml';
import { TEMPLATE_VERSION } from './template-constants';

/** One released template, as kept in `cloudformation/versions/<version>.json`. */
export interface TemplateVersion {
  readonly version: number;
  readonly date: string;
  /** Of the YAML file, byte by byte. */
  readonly sha256: string;
  readonly summary: string;
  /** Actions by policy, which has the name of its group. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** Every other text of the template by its place in it. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface GrantedAction {
  readonly action: string;
  readonly group: string;
}

export interface TemplateChange {
  readonly added: readonly GrantedAction[];
  readonly removed: readonly GrantedAction[];
  /** Granted before and after, in another group. */
  readonly moved: readonly (GrantedAction & { readonly before: string })[];
  /** `null` where there was no such text before, or is none any more. */
  readonly texts: readonly {
    readonly place: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** Every released version, the oldest first. A test holds the newest against the rendered template. */
export const templateVersions: readonly TemplateVersion[] = [first];

export const templateSha256 = (): string => createHash('sha256').update(renderTemplate()).digest('hex');

type Snapshot = { actions: Record<string, string[]>; texts: Record<string, string> };

const isList = (node: TemplateNode | undefined): node is readonly TemplateNode[] => Array.isArray(node);
const isMap = (node: TemplateNode | undefined): node is TemplateMap =>
  typeof node === 'object' && !isList(node);

/** A name for an item of a list, so that a new item does not shift those after it. */
function itemName(item: TemplateNode, index: number): string {
  if (isMap(item)) {
    const choice = item['Fn::If'];
    if (isList(choice) && choice[1] !== undefined) return itemName(choice[1], index);
    const label = isMap(item['Label']) ? item['Label']['default'] : undefined;
    const name = item['PolicyName'] ?? item['Sid'] ?? label;
    if (typeof name === 'string') return name;
  }
  return String(index + 1);
}

function collect(node: TemplateNode, place: readonly string[], policy: string, found: Snapshot): void {
  if (isMap(node)) {
    const name = typeof node['PolicyName'] === 'string' ? node['PolicyName'] : policy;
    for (const [key, value] of Object.entries(node)) {
      // Names that already stand in the place of all that is under them, and the version itself.
      if (key === 'TemplateVersion' || key === 'PolicyName' || key === 'Sid') continue;
      if (key === 'Fn::If' && isList(value) && value[1] !== undefined) {
        found.texts[[...place, 'only if'].join(' / ')] = String(value[0]);
        collect(value[1], place, name, found);
      } else if (key === 'Action' && isList(value)) (found.actions[name] ??= []).push(...value.map(String));
      else collect(value, [...place, key], name, found);
    }
  } else if (!isList(node)) {
    found.texts[place.join(' / ')] = String(node);
  } else if (node.every((item) => !isMap(item) && !isList(item))) {
    found.texts[place.join(' / ')] = node.join(', ');
  } else {
    node.forEach((item, index) => collect(item, [...place, itemName(item, index)], policy, found));
  }
}

/** The template as it is now, in the form in which versions are kept. */
export function currentVersion(date: string, summary: string): TemplateVersion {
  const found: Snapshot = { actions: {}, texts: {} };
  collect(templateDocument().document, [], '', found);
  return { version: TEMPLATE_VERSION, date, sha256: templateSha256(), summary, ...found };
}

const grantedBy = ({ actions }: TemplateVersion): ReadonlyMap<string, string> =>
  new Map(Object.entries(actions).flatMap(([group, names]) => names.map((name) => [name, group] as const)));

export function diffVersions(older: TemplateVersion, newer: TemplateVersion): TemplateChange {
  const before = grantedBy(older);
  const after = grantedBy(newer);
  const list = (granted: ReadonlyMap<string, string>): GrantedAction[] =>
    [...granted].map(([action, group]) => ({ action, group }));
  const places = [...new Set([...Object.keys(older.texts), ...Object.keys(newer.texts)])];
  return {
    added: list(after).filter(({ action }) => !before.has(action)),
    removed: list(before).filter(({ action }) => !after.has(action)),
    moved: list(after).flatMap(({ action, group }) => {
      const from = before.get(action);
      return from === undefined || from === group ? [] : [{ action, group, before: from }];
    }),
    texts: places.flatMap((place) => {
      const [was, is] = [older.texts[place] ?? null, newer.texts[place] ?? null];
      return was === is ? [] : [{ place, before: was, after: is }];
    }),
  };
}

export interface TemplateHistoryEntry {
  readonly version: TemplateVersion;
  /** Against the version before it; `null` for the first. */
  readonly change: TemplateChange | null;
}

/** What changed from version to version, the newest first. */
export function templateHistory(
  versions: readonly TemplateVersion[] = templateVersions,
): readonly TemplateHistoryEntry[] {
  return versions
    .map((version, index) => {
      const older = versions[index - 1];
      return { version, change: older ? diffVersions(older, version) : null };
    })
    .reverse();
}
