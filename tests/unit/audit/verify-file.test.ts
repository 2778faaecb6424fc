import { createHash, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeBreak } from '@/features/audit/chain';
import type { ExportedEvent, ExportEnd } from '@/features/audit/export-line';
import { verifyFile } from '@/features/audit/verify-file';

const WORKSPACE = randomUUID();
const ZERO = '0'.repeat(64);

/** The chain as the documentation of the format says: SHA-256 of the bytes before and the text. */
const link = (previous: string, body: string) =>
  createHash('sha256')
    .update(Buffer.concat([Buffer.from(previous, 'hex'), Buffer.from(body, 'utf8')]))
    .digest('hex');

/** Spaced as PostgreSQL writes JSON. */
function event(
  seq: number,
  prevHash: string,
  detail: ExportedEvent['detail'] = { seq },
  workspace = WORKSPACE,
): ExportedEvent {
  const at = `2027-03-18T10:00:${String(seq).padStart(2, '0')}.000Z`;
  const parts = [
    workspace,
    seq,
    at,
    randomUUID(),
    'user',
    null,
    'view.created',
    `s${seq}`,
    null,
    detail,
    null,
    { a: 'ü' },
  ];
  const body = `[${parts.map((part) => JSON.stringify(part)).join(', ')}]`;
  return {
    ...{
      seq,
      at,
      actor: { kind: 'user', id: null, name: 'Ada' },
      action: 'view.created',
      what: 'saved a view',
    },
    ...{ subject: `s${seq}`, address: null, detail, before: null, after: { a: 'ü' } },
    ...{ prevHash, body, hash: link(prevHash, body) },
  };
}

let events: ExportedEvent[];
let end: ExportEnd['end'];
beforeEach(() => {
  events = [];
  for (let seq = 1; seq <= 8; seq += 1) events.unshift(event(seq, events[0]?.hash ?? ZERO));
  end = {
    ...{
      format: 'belvedere-audit/1',
      workspaceId: WORKSPACE,
      exportedAt: '2027-03-18T11:00:00.000Z',
      filter: '',
      events: 8,
    },
    ...{ newest: { seq: 8, hash: events[0]?.hash ?? '' }, begins: { seq: 0, hash: ZERO } },
  };
});

async function* lines(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}
const verify = (texts = [...events, { end }].map((line) => JSON.stringify(line))) => verifyFile(lines(texts));
const at = (seq: number): ExportedEvent => {
  const found = events.find((one) => one.seq === seq);
  if (!found) throw new Error(`There is no event ${seq}.`);
  return found;
};
const change = (seq: number, with_: Partial<ExportedEvent>) => {
  events = events.map((one) => (one.seq === seq ? { ...one, ...with_ } : one));
};
const brokenOf = async () => (await verify()).broken;

describe('a file', () => {
  it('as it was exported is unbroken', async () => {
    expect(await verify()).toEqual({
      ...{ events: 8, oldest: 1, newest: end.newest, workspaceId: WORKSPACE, filter: '', broken: null },
    });
  });

  it.each<[string, Partial<ExportedEvent>]>([
    ['time', { at: '2027-03-18T10:00:59.000Z' }],
    ['actor', { actor: { kind: 'user', id: WORKSPACE, name: 'Ada' } }],
    ['kind of actor', { actor: { kind: 'system', id: null, name: 'Ada' } }],
    ['action', { action: 'view.deleted' }],
    ['subject', { subject: null }],
    ['address', { address: '192.0.2.1' }],
    ['detail', { detail: {} }],
    ['before', { before: {} }],
    ['after', { after: null }],
    ['hash', { hash: 'ab'.repeat(32) }],
    ['hash before', { prevHash: 'ab'.repeat(32) }],
    ['body', { body: '[]' }],
    ['body, which is none', { body: 'x' }],
  ])('says where something else is shown than was hashed: %s', async (_what, with_) => {
    change(5, with_);
    expect(await brokenOf()).toMatchObject({ kind: 'changed', seq: 5 });
  });

  it('does not mind names and words: they are of the day of the export', async () => {
    change(5, { what: 'did something', actor: { kind: 'user', id: null, name: 'Grace' } });
    expect(await brokenOf()).toBeNull();
  });

  it('says where an event was written anew, with a link that fits', async () => {
    change(5, event(5, at(4).hash, { seq: 'other' }));
    expect(await brokenOf()).toMatchObject({ kind: 'changed', seq: 6 });
  });

  it('is not fooled by a link that is left open', async () => {
    change(5, event(5, at(4).hash, { seq: 'other' }));
    change(6, { prevHash: null });
    expect(await brokenOf()).toMatchObject({ kind: 'changed', seq: 6 });
  });

  it('says where an event of another workspace stands', async () => {
    change(5, event(5, at(4).hash, { seq: 5 }, randomUUID()));
    expect((await brokenOf())?.seq).toBe(5);
  });

  it('says what is missing in the middle, and at both ends', async () => {
    const all = events;
    events = all.filter((one) => one.seq !== 4 && one.seq !== 5);
    expect(await brokenOf()).toMatchObject({ kind: 'missing', seq: 4, count: 2 });
    events = all.filter((one) => one.seq > 2);
    expect(await brokenOf()).toMatchObject({ kind: 'missing', seq: 1, count: 2 });
    events = all.filter((one) => one.seq <= 6);
    const cut = await brokenOf();
    expect(cut).toMatchObject({ kind: 'cut', seq: 7, count: 2 });
    expect(cut && describeBreak(cut)).toBe('The end is cut off: 2 events from event 7 on are missing.');
  });

  it('says that a line was put in, or out of order', async () => {
    const extra = at(5);
    events = events.flatMap((one) => (one.seq === 3 ? [extra, one] : [one]));
    expect(await brokenOf()).toMatchObject({ kind: 'inserted', seq: 5 });
  });

  it('says that the download broke off', async () => {
    expect((await verify(events.map((one) => JSON.stringify(one)))).broken).toMatchObject({ kind: 'cut' });
    expect((await verify([])).broken).toMatchObject({ kind: 'cut' });
  });

  it('says which line cannot be read', async () => {
    const texts = [...events, { end }].map((line) => JSON.stringify(line));
    const half = texts.map((text, index) => (index === 3 ? text.slice(0, 40) : text));
    expect((await verify(half)).broken).toMatchObject({ kind: 'unreadable', seq: 4 });
    expect((await verify([...texts, '{}'])).broken).toMatchObject({ kind: 'unreadable', seq: 10 });
    expect((await verify([...texts, ''])).broken).toBeNull();
  });

  it('is compared with its end', async () => {
    end = { ...end, newest: { seq: 8, hash: 'ab'.repeat(32) } };
    expect(await brokenOf()).toMatchObject({ kind: 'head', seq: 8 });
    end = { ...end, workspaceId: randomUUID() };
    expect(await brokenOf()).toMatchObject({ kind: 'changed' });
  });

  it('that begins where the retention let go is unbroken, and hangs on that link', async () => {
    const third = at(3);
    events = events.filter((one) => one.seq > 3);
    end = { ...end, events: 5, begins: { seq: 3, hash: third.hash } };
    expect(await brokenOf()).toBeNull();
    end = { ...end, begins: { seq: 3, hash: ZERO } };
    expect(await brokenOf()).toMatchObject({ kind: 'changed', seq: 4 });
  });

  it('that was filtered may have gaps, but not fewer events than it says', async () => {
    events = events.filter((one) => one.seq % 2 === 0);
    end = { ...end, events: 4, filter: 'action=view' };
    expect(await brokenOf()).toBeNull();
    events = events.slice(1);
    expect(await brokenOf()).toMatchObject({ kind: 'cut', count: 1 });
  });
});
