import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { withSql, type Ctx } from '@/context';
import type { Sql } from '@/db/client';
import { passFence, type RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import { countedIn } from '@/features/syncs/row-counts';
import { learnKeys, reportedPart } from '@/features/tags/reported-keys';
import { kindColumns } from './read-files';
import type { KeyFiles } from './word-files';

interface Dictionary {
  readonly table: 'charge_kind' | 'resource' | 'tag_set';
  readonly key: string;
  /** Columns of the file, of which the first `identity` say which word it is. */
  readonly incoming: string;
  readonly identity: readonly string[];
  /** What a new word's row is made of: columns of the table, and what fills them from `i`, the file's row. */
  readonly columns: readonly string[];
  readonly values: readonly string[];
  /** Brings words that are spelled in another way to the spelling of the dictionary. */
  readonly spelling?: string;
  /** The columns by which the file's reader knows its words; the identity, unless it is respelled. */
  readonly asked?: readonly string[];
  /** What is to be known once the new words are in, and before the keys are told. */
  readonly before?: (sql: Sql, run: RunRef) => Promise<void>;
  /** What the file's reader is told of a word, `d`, beside its key. */
  readonly beside?: (run: RunRef) => string;
}

const kinds: Dictionary = {
  table: 'charge_kind',
  key: 'kind_key',
  incoming: [
    'digest uuid',
    ...kindColumns.map((name) => `${name} ${name.endsWith('_unit_price') ? 'numeric' : 'text'}`),
  ].join(', '),
  identity: ['digest'],
  columns: ['digest', ...kindColumns],
  values: ['i.digest', ...kindColumns.map((name) => `i.${name}`)],
};

const tagSets: Dictionary = {
  table: 'tag_set',
  key: 'tag_key',
  incoming: 'digest uuid, tags jsonb',
  identity: ['digest'],
  columns: ['digest', 'tags'],
  values: ['i.digest', 'i.tags'],
  before: learnKeys,
  beside: (run) => reportedPart('d.tags', `'${run.workspaceId}'`, `'${run.connectionId}'`),
};

const resources: Dictionary = {
  table: 'resource',
  key: 'resource_key',
  incoming: 'sub_account_id text, given_id text, resource_id text, name text, resource_type text',
  identity: ['sub_account_id', 'resource_id'],
  // By its type as well, since that decides which of the listed resources a bare id is.
  asked: ['sub_account_id', 'given_id', 'resource_type'],
  columns: [
    ...['sub_account_id', 'resource_id', 'name', 'resource_type', 'ref'],
    ...['service_name', 'region_id', 'attributes', 'related', 'state', 'tags', 'bare_id'],
  ],
  values: [
    ...['i.sub_account_id', 'i.resource_id', 'i.name', 'i.resource_type'],
    `'r' || left(replace(gen_random_uuid()::text, '-', ''), 16)`,
    ...[`''`, `''`, `'{}'`, `'{}'`, `''`, `'{}'`, `''`],
  ],
  // A bill names some resources by an ARN and some by an id alone; what the inventory listed has both. Of several in two regions
  // it is the one that is known the longest, each time.
  spelling: `update incoming_resource n set resource_id = m.resource_id
    from (
      select distinct on (i.ctid) i.ctid as at, d.resource_id from incoming_resource i join resource d
        on d.workspace_id = $1 and d.shelf = $2 and d.connection_id = $3 and d.sub_account_id = i.sub_account_id
          and d.bare_id = i.resource_id and d.bare_id <> ''
          and case when d.resource_type = 's3:bucket' or d.bare_id ~ '^[a-z]+-[0-9a-f]{8,17}$'
                then i.resource_type in ('', d.resource_type, split_part(d.resource_type, ':', 2))
                else i.resource_type in (d.resource_type, split_part(d.resource_type, ':', 2)) end
      order by i.ctid, d.resource_key
    ) m
    where m.at = n.ctid`,
};

/** The word that a row of the temporary table is, once it is known. */
const isSame = ({ identity }: Dictionary) => identity.map((name) => `d.${name} = i.${name}`).join(' and ');

/** Gives every word of the temporary table that is new a key. Returns how many were. */
async function learnIncoming(sql: Sql, run: RunRef, shelf: number, dictionary: Dictionary): Promise<number> {
  const { table, key, identity, columns, values } = dictionary;
  const temporary = `incoming_${table}`;
  const scope = [run.workspaceId, shelf, run.connectionId];
  if (dictionary.spelling) await sql.query(dictionary.spelling, scope);
  await sql.query(`analyze ${temporary} (${identity.join(', ')})`);
  const { rowCount } = await sql.query(
    `insert into ${table} (workspace_id, shelf, connection_id, ${key}, ${columns.join(', ')})
     select $1, $2, $3, n.last + row_number() over (), ${values.join(', ')}
     from (select distinct on (${identity.join(', ')}) * from ${temporary}) i,
       (select coalesce(max(k.${key}), 0) as last from ${table} k where k.workspace_id = $1 and k.shelf = $2 and k.connection_id = $3) n
     where not exists (select from ${table} d where d.workspace_id = $1 and d.shelf = $2 and d.connection_id = $3 and ${isSame(dictionary)})`,
    scope,
  );
  return rowCount ?? 0;
}

/** Gives every word of the file that is new a key, and writes all of the file's words with their keys over the file. */
async function learn(
  sql: Sql,
  run: RunRef,
  shelf: number,
  dictionary: Dictionary,
  file: string,
): Promise<number> {
  const { table, key, identity } = dictionary;
  const temporary = `incoming_${table}`;
  await sql.query(`create temp table ${temporary} (${dictionary.incoming}) on commit drop`);
  await pipeline(createReadStream(file), sql.query(copyFrom(`copy ${temporary} from stdin (format csv)`)));
  const learned = await learnIncoming(sql, run, shelf, dictionary);
  await dictionary.before?.(sql, run);
  const wanted = [
    ...(dictionary.asked ?? identity).map((name) => `i.${name}`),
    `d.${key}`,
    ...(dictionary.beside ? [dictionary.beside(run)] : []),
  ].join(', ');
  const keys = sql.query(
    copyTo(
      `copy (select ${wanted} from ${temporary} i join ${table} d on d.workspace_id = '${run.workspaceId}' and d.shelf = ${shelf}
         and d.connection_id = '${run.connectionId}' and ${isSame(dictionary)}) to stdout (format csv)`,
    ),
  );
  await pipeline(keys, createWriteStream(file));
  return learned;
}

/**
 * Gives the resources a key that a bill names, in the temporary table `incoming_resource`: account, id as the bill spells it
 * twice, name and type as far as they are known. `resource_id` is the dictionary's spelling then. Returns how many are new.
 */
export const learnResources = (sql: Sql, run: RunRef, shelf: number) =>
  learnIncoming(sql, run, shelf, resources);

export const INCOMING_RESOURCE = resources.incoming;

/**
 * Brings the connection's dictionaries up to the words of a period. A word that is never used after all does no harm, so
 * this is a transaction of its own; the files are written over with the keys.
 */
export async function learnWords(ctx: Ctx, run: RunRef, files: KeyFiles): Promise<void> {
  await withSql(ctx, 'write', async (sql) => {
    await passFence(sql, run);
    const shelf = await shelfOf(sql, run);
    await countedIn(sql, run, {
      charge_kind: await learn(sql, run, shelf, kinds, files.kinds),
      resource: await learn(sql, run, shelf, resources, files.resources),
      tag_set: await learn(sql, run, shelf, tagSets, files.tags),
    });
  });
}
