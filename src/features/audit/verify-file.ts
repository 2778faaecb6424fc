import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ChainBreak } from './chain';
import { ExportedEvent, ExportEnd } from './export-line';

export interface FileReport {
  readonly events: number;
  readonly newest: { readonly seq: number; readonly hash: string } | null;
  readonly oldest: number | null;
  readonly workspaceId: string | null;
  /** As in the address of the page that it was exported from; null where the file has no end. */
  readonly filter: string | null;
  readonly broken: ChainBreak | null;
}

const linkOf = (previous: string, body: string) =>
  createHash('sha256').update(Buffer.from(previous, 'hex')).update(body, 'utf8').digest('hex');

function bodyOf(event: ExportedEvent): unknown[] | null {
  try {
    const body: unknown = JSON.parse(event.body);
    return Array.isArray(body) ? body : null;
  } catch {
    return null;
  }
}

/** What is shown of the event must be what was hashed. Names and words are not: they are of the day of the export. */
function isItsBody(event: ExportedEvent, body: unknown[]): boolean {
  const { actor, action, subject, address, detail, before, after, seq, at } = event;
  return isDeepStrictEqual(
    [body[1], body[2], ...body.slice(4)],
    [seq, at, actor.kind, actor.id, action, subject, address, detail, before, after],
  );
}

const breakAt = (kind: ChainBreak['kind'], seq: number, event?: ExportedEvent | null): ChainBreak => ({
  kind,
  seq,
  at: event?.at ?? null,
  action: event?.action ?? null,
});

/** The link of the event, had it another number and hung on another link. */
function linkElsewhere(event: ExportedEvent, seq: number, previous: string): string {
  return linkOf(previous, event.body.replace(/^(\["[0-9a-f-]{36}", )\d+/, `$1${seq}`));
}

/**
 * What an event is that does not fit. Where the later one would fit in its place, it was put before that: from behind it, if it
 * would fit there in turn, or from nowhere.
 */
function kindOf(event: ExportedEvent, later: ExportedEvent | null): ChainBreak['kind'] {
  if (!later || event.prevHash === null || later.seq !== event.seq + 1) return 'changed';
  if (linkElsewhere(later, event.seq, event.prevHash) !== later.hash) return 'changed';
  return linkElsewhere(event, later.seq, later.hash) === event.hash ? 'swapped' : 'inserted';
}

interface State {
  workspaceId: string | null;
  events: number;
  first: ExportedEvent | null;
  /** The event of the line before: newer than this one. */
  later: ExportedEvent | null;
  /** Where the events of a line do not follow each other; of no meaning in an export that was filtered. */
  gap: ChainBreak | null;
  /** The oldest event whose predecessor the database could not name. */
  unlinked: ExportedEvent | null;
  broken: ChainBreak | null;
}

/** Lines run from the newest event to the oldest, so what is found last is first in the order of the events. */
function readEvent(state: State, event: ExportedEvent): void {
  const { later } = state;
  const body = bodyOf(event);
  const workspaceId = typeof body?.[0] === 'string' ? body[0] : null;
  state.workspaceId ??= workspaceId;
  const isSound = body !== null && workspaceId === state.workspaceId && isItsBody(event, body);
  const isLinked = event.prevHash === null || linkOf(event.prevHash, event.body) === event.hash;
  const isNext = later?.seq === event.seq + 1;
  state.events += 1;
  if (later && later.seq <= event.seq) {
    state.broken = breakAt('inserted', event.seq, event);
    return;
  }
  if (isNext && later.prevHash !== event.hash) state.broken = breakAt('changed', later.seq, later);
  if (later && !isNext) {
    state.gap = { ...breakAt('missing', event.seq + 1), count: later.seq - event.seq - 1 };
  }
  if (!isSound || !isLinked) state.broken = breakAt(kindOf(event, later), event.seq, event);
  state.first ??= event;
  if (event.prevHash === null) state.unlinked = event;
  state.later = event;
}

const earlier = (one: ChainBreak | null, two: ChainBreak | null) =>
  !one || (two && two.seq < one.seq) ? two : one;

/** What the last line says of both ends and of the number of events. */
function checkEnds(state: State, { end }: ExportEnd): ChainBreak | null {
  const isOther = state.workspaceId !== null && state.workspaceId !== end.workspaceId;
  if (isOther) return breakAt('changed', state.later?.seq ?? 0, state.later);
  if (end.filter !== '') {
    const { unlinked } = state;
    if (unlinked && unlinked.seq > end.begins.seq + 1) return breakAt('missing', unlinked.seq - 1);
    const missing = end.events - state.events;
    return missing === 0 ? null : { ...breakAt('cut', state.first?.seq ?? 0), count: Math.abs(missing) };
  }
  const { first, later: oldest } = state;
  const begin = oldest?.seq ?? end.newest.seq + 1;
  // Retention may have let go of more while the file was written.
  if (begin > end.begins.seq + 1) {
    return { ...breakAt('missing', end.begins.seq + 1), count: begin - end.begins.seq - 1 };
  }
  if (oldest && begin === end.begins.seq + 1 && oldest.prevHash !== end.begins.hash) {
    return breakAt('changed', begin, oldest);
  }
  const firstSeq = first?.seq ?? end.begins.seq;
  if (firstSeq < end.newest.seq) {
    return { ...breakAt('cut', firstSeq + 1), count: end.newest.seq - firstSeq };
  }
  if (first && first.hash !== end.newest.hash) return breakAt('head', first.seq, first);
  return null;
}

function readLine(state: State, text: string): ExportEnd | null {
  const json: unknown = JSON.parse(text);
  const end = ExportEnd.safeParse(json);
  if (end.success) return end.data;
  readEvent(state, ExportedEvent.parse(json));
  return null;
}

/**
 * Verifies an export in JSON lines with nothing but the file: every link is computed again. That it is whole is known where it was
 * not filtered; whether it is the chain that others know is seen by comparing its newest link.
 */
export async function verifyFile(lines: AsyncIterable<string>): Promise<FileReport> {
  const state: State = {
    ...{ workspaceId: null, events: 0, first: null, later: null },
    ...{ gap: null, unlinked: null, broken: null },
  };
  let end: ExportEnd | null = null;
  let number = 0;
  let unreadable: ChainBreak | null = null;
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '') continue;
    // Nothing comes behind the end.
    if (end) unreadable ??= breakAt('unreadable', number);
    try {
      end = readLine(state, text) ?? end;
    } catch {
      unreadable ??= breakAt('unreadable', number);
    }
  }
  const isWhole = end?.end.filter === '';
  const found = earlier(state.broken, isWhole ? state.gap : null);
  const ends = end ? checkEnds(state, end) : breakAt('cut', (state.first?.seq ?? 0) + 1);
  return {
    events: state.events,
    newest: state.first && { seq: state.first.seq, hash: state.first.hash },
    oldest: state.later?.seq ?? null,
    workspaceId: end?.end.workspaceId ?? state.workspaceId,
    filter: end?.end.filter ?? null,
    broken: unreadable ?? earlier(found, ends),
  };
}
