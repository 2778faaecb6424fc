import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keptClient } from '@/aws/kept-client';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function workbench() {
  const made: { no: number; isOpen: boolean; destroy(): void }[] = [];
  const kept = keptClient(() => {
    const client = {
      no: made.length + 1,
      isOpen: true,
      destroy() {
        expect(this.isOpen).toBe(true);
        this.isOpen = false;
      },
    };
    made.push(client);
    return client;
  });
  const no = () => kept.use((client) => Promise.resolve(client.no));
  return { made, kept, no, open: () => made.filter((client) => client.isOpen).map((client) => client.no) };
}

describe('a client that is kept', () => {
  it('serves calls one after the other and at the same time, and is closed some seconds after the last', async () => {
    const { no, open } = workbench();
    expect(await Promise.all([no(), no(), no()])).toEqual([1, 1, 1]);
    vi.advanceTimersByTime(4_000);
    expect(await no()).toBe(1);
    vi.advanceTimersByTime(4_999);
    expect(open()).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(open()).toEqual([]);
    expect(await no()).toBe(2);
  });

  it('is not closed under a call that lasts', async () => {
    const { kept, no, open } = workbench();
    let end: () => void = () => undefined;
    const long = kept.use(() => new Promise<void>((resolve) => (end = resolve)));
    await no();
    vi.advanceTimersByTime(60_000);
    expect(open()).toEqual([1]);
    end();
    await long;
    vi.advanceTimersByTime(5_000);
    expect(open()).toEqual([]);
  });

  it('that is dropped serves nobody new, and is closed when nobody uses it', async () => {
    const { kept, no, open } = workbench();
    let end: () => void = () => undefined;
    const long = kept.use(() => new Promise<void>((resolve) => (end = resolve)));
    kept.drop();
    expect(await no()).toBe(2);
    expect(open()).toEqual([1, 2]);
    end();
    await long;
    expect(open()).toEqual([2]);
    kept.drop();
    kept.drop();
    expect(open()).toEqual([]);
    vi.advanceTimersByTime(60_000);
  });

  it('is lent again after a call that failed', async () => {
    const { kept, no } = workbench();
    await expect(kept.use(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await no()).toBe(1);
  });
});
