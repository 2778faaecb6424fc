import { describe, expect, it } from 'vitest';
import type { BucketSession, ExportFile } from '@/aws/port';
import { listFolder } from '@/features/buckets/look-into-bucket';

let pagesAsked = 0;

/** A folder of pages with so many objects each, older from page to page; one object a page is no billing file. */
const folder = (pages: number, onPage: number): BucketSession => ({
  region: () => Promise.resolve('us-east-1'),
  async *listObjects() {
    for (let page = 0; page < pages; page += 1) {
      pagesAsked = page + 1;
      await Promise.resolve();
      yield Array.from({ length: onPage }, (_, index): ExportFile => ({
        key: `${page}/${index}.${index === 0 ? 'json' : 'csv'}`,
        etag: 'x',
        bytes: 1,
        modifiedAt: new Date(Date.UTC(2027, 0, 1) - page * 1_000),
      }));
    }
  },
  readObject: () => Promise.reject(new Error('Nothing is read.')),
});

describe('the listing of a folder', () => {
  it('is whole where there is room for all', async () => {
    const { files, ...rest } = await listFolder(folder(3, 4), 'us-east-1');
    expect([files.length, rest]).toEqual([9, { passedOver: 3, isWhole: true }]);
  });

  it('keeps the newest of too many, and says that there are more', async () => {
    const { files, ...rest } = await listFolder(folder(30, 11), 'us-east-1', 20);
    expect(new Set(files.map(({ key }) => key.split('/')[0]))).toEqual(new Set(['0', '1']));
    expect([files.length, rest]).toEqual([20, { passedOver: 310, isWhole: false }]);
  });

  it('ends after 500 pages', async () => {
    const { isWhole } = await listFolder(folder(2_000, 2), 'us-east-1');
    expect([isWhole, pagesAsked]).toEqual([false, 500]);
  });
});
