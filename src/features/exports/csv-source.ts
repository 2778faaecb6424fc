import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { literal } from '@/focus/sql';
import { LoadFailure } from './load-failure';

const HEADER_MAX_BYTES = 1024 ** 2;

/** The names of the first line, as RFC 4180 quotes them; null while the line has no end. */
export function parseHeader(text: string): string[] | null {
  const names = [''];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    const last = names.length - 1;
    if (char === '"' && isQuoted && text[at + 1] === '"') {
      names[last] += '"';
      at += 1;
    } else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && char === ',') names.push('');
    else if (!isQuoted && (char === '\n' || char === '\r')) return names;
    else names[last] += char;
  }
  return null;
}

/** Columns have to have names, each its own: what a spreadsheet left empty or wrote twice is numbered. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    const wanted = name.trim() || `column${index + 1}`;
    let chosen = wanted;
    for (let number = 1; taken.has(chosen.toLowerCase()); number += 1) chosen = `${wanted}_${number}`;
    taken.add(chosen.toLowerCase());
    return chosen;
  });
}

async function startOf(path: string): Promise<Buffer> {
  const raw = createReadStream(path);
  const stream = path.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= HEADER_MAX_BYTES || part.includes(0x0a)) break;
    }
  } catch (error) {
    throw LoadFailure.damaged(error);
  } finally {
    raw.destroy();
  }
  return Buffer.concat(parts);
}

/** Throws LoadFailure where a packed file is not whole: DuckDB takes what there is of one that was cut off for all of it. */
async function requireWhole(path: string): Promise<void> {
  if (!path.endsWith('.gz')) return;
  const nowhere = new Writable({ write: (_part, _encoding, done) => done() });
  await pipeline(createReadStream(path), createGunzip(), nowhere).catch((error: unknown) => {
    throw LoadFailure.damaged(error);
  });
}

async function namesOf(path: string): Promise<string[]> {
  const start = await startOf(path);
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) {
    throw new LoadFailure('not-understood', 'The text is UTF-16. Save the file as UTF-8, and load it again.');
  }
  const text = start.toString('utf8').replace(/^\ufeff/, '');
  const names = parseHeader(text.length < HEADER_MAX_BYTES ? `${text}\n` : text);
  if (names) return distinctNames(names);
  throw new LoadFailure('not-understood', 'The first line, which names the columns, has no end.');
}

/** What is read of a file at a time. With the usual 32 MB a gigabyte of CSV took all the memory that the process has, now and then. */
const BUFFER_BYTES = 8 << 20;

/**
 * SQL for the rows of CSV files, every value as text. Their columns are read from their first lines and nothing is guessed: a
 * reader that guesses skips lines that it does not understand. Throws LoadFailure where there is no first line.
 */
export async function csvSource(paths: readonly string[]): Promise<string> {
  const byColumns = new Map<string, string[]>();
  for (const path of paths) {
    await requireWhole(path);
    const columns = (await namesOf(path)).map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
    byColumns.set(columns, [...(byColumns.get(columns) ?? []), path]);
  }
  return [...byColumns]
    .map(
      ([columns, of]) =>
        `select * from read_csv([${of.map(literal).join(', ')}], auto_detect = false, header = true, columns = {${columns}},
           delim = ',', quote = '"', escape = '"', strict_mode = true, buffer_size = ${BUFFER_BYTES})`,
    )
    .join(' union all by name ');
}
