import { copyFile } from 'node:fs/promises';
import type { Duck } from '@/duck/duck';
import { literal } from '@/focus/sql';
import { kindColumns } from './read-files';

/**
 * Which keys the dictionaries gave: files of digest (or resource id) and key, as PostgreSQL wrote them. Of a set of tags it also
 * says which part of it reports tell apart.
 */
export interface KeyFiles {
  readonly kinds: string;
  readonly resources: string;
  readonly tags: string;
  /** Resources that the dictionary is not asked for again, with their keys. */
  readonly knownResources: string | null;
}

// Nothing is guessed: a file may be empty, and an id may look like a number.
export const csv = (paths: string | readonly string[], columns: string) =>
  `read_csv([${[paths].flat().map(literal).join(', ')}], auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', columns = ${columns})`;

export const RESOURCE_KEYS = "{'account': 'VARCHAR', 'id': 'VARCHAR', 'type': 'VARCHAR', 'key': 'INTEGER'}";
/** Whether `k`, a row of such a file, is the key of a resource. */
export const hasKey = (resource: string) =>
  `k.account = ${resource}.sub_account_id and k.id = ${resource}.resource_id and coalesce(k.type, '') = ${resource}.resource_type`;

/**
 * The words of the dictionaries, as CSV for PostgreSQL. Of resources those are left out that are in the file `known`, as PostgreSQL
 * wrote it for another period of the same load: a month mostly has those of the month before.
 */
export async function writeWords(duck: Duck, known: string | null = null): Promise<KeyFiles> {
  const files: KeyFiles = {
    kinds: `${duck.directory}/kinds.csv`,
    resources: `${duck.directory}/resources.csv`,
    tags: `${duck.directory}/tags.csv`,
    knownResources: known && `${duck.directory}/known-resources.csv`,
  };
  const { knownResources } = files;
  if (known && knownResources) await copyFile(known, knownResources);
  const isNew = knownResources
    ? `where not exists (select 1 from ${csv(knownResources, RESOURCE_KEYS)} k where ${hasKey('resources')})`
    : '';
  await duck.run(
    `copy (select distinct digest, ${kindColumns.join(', ')} from kinds) to ${literal(files.kinds)} (format csv, header false)`,
  );
  await duck.run(
    `copy (select sub_account_id, resource_id, resource_id, name, resource_type from resources ${isNew})
     to ${literal(files.resources)} (format csv, header false)`,
  );
  await duck.run(
    `copy (select distinct digest, tags from tag_sets where tags <> '{}') to ${literal(files.tags)} (format csv, header false)`,
  );
  return files;
}
