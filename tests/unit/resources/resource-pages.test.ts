import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  fetchPage,
  isSameMoment,
  nearest,
  PAGE_LINES,
  pagesOfLines,
} from '@/features/resources/ui/resource-pages';
import { listOf } from './lines';

afterEach(() => void vi.unstubAllGlobals());

const signal = () => new AbortController().signal;

describe('the pages of a list', () => {
  it('are those that the lines in sight lie on', () => {
    expect(pagesOfLines(0, 10)).toEqual([0]);
    expect(pagesOfLines(PAGE_LINES - 1, PAGE_LINES)).toEqual([0, 1]);
    expect(pagesOfLines(99_990, 99_999)).toEqual([499]);
    expect(pagesOfLines(0, -1)).toEqual([]);
  });

  it('are kept where they are near', () => {
    const pages = new Map([1, 2, 50, 51, 52].map((page) => [page, page]));
    expect([...nearest(pages, 51, 3).keys()].sort()).toEqual([50, 51, 52]);
    expect(nearest(pages, 51, 9).size).toBe(5);
  });

  it('belong together while all their sums are the same', () => {
    const list = listOf([]);
    expect(isSameMoment(list, { ...list })).toBe(true);
    for (const change of [{ total: 7 }, { now: '1' }, { asOf: '2026-11-29' }]) {
      expect(isSameMoment(list, { ...list, ...change })).toBe(false);
    }
  });
});

describe('a page that is asked for', () => {
  it('is asked for by its place, under the filters of the list', async () => {
    const list = listOf([]);
    const fetched = vi.fn(async (_url: string) => Response.json({ resources: list }));
    vi.stubGlobal('fetch', fetched);
    expect(await fetchPage('type=s3%3Abucket', 3, signal())).toEqual({ list });
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/resources?type=s3%3Abucket&offset=600&limit=200');
  });

  it('says in the server’s words why it did not come', async () => {
    const error = { code: 'unauthenticated', message: 'Sign in first.', requestId: '1' };
    vi.stubGlobal('fetch', async () => Response.json({ error }, { status: 401 }));
    expect(await fetchPage('', 1, signal())).toEqual({ failure: 'Sign in first.' });
  });

  it('says so where no server answers, or something else does', async () => {
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('fetch failed')));
    expect(await fetchPage('', 1, signal())).toHaveProperty('failure');
    vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }));
    expect(await fetchPage('', 1, signal())).toHaveProperty('failure');
  });

  it('throws where it was called off', async () => {
    const controller = new AbortController();
    vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
      controller.abort();
      init.signal?.throwIfAborted();
    });
    await expect(fetchPage('', 1, controller.signal)).rejects.toThrow();
  });
});
