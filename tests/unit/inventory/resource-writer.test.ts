import { describe, expect, it } from 'vitest';
import { BATCH_RESOURCES, ResourceWriter, type ListedResource } from '@/features/inventory/resource-writer';
import { page, resource } from './listings';

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => resource(`arn:${from + index}`));

describe('the writer of listed resources', () => {
  it('writes nothing before a batch is full, then all that waits, and the rest at the end', async () => {
    const written: number[] = [];
    const writer = new ResourceWriter(async (batch) => void written.push(batch.length));
    await writer.add(page(numbered(0, BATCH_RESOURCES - 1)));
    expect(written).toEqual([]);
    await writer.add(page(numbered(BATCH_RESOURCES, 2)));
    expect(written).toEqual([BATCH_RESOURCES + 1]);
    await writer.add(page(numbered(5_000, 3)));
    await writer.flush();
    await writer.flush();
    expect(written).toEqual([BATCH_RESOURCES + 1, 3]);
  });

  it('writes one batch at a time, in the order they came, each resource once', async () => {
    let isWriting = false;
    const arns: string[] = [];
    const writer = new ResourceWriter(async (batch) => {
      expect(isWriting).toBe(false);
      isWriting = true;
      await new Promise((resolve) => setTimeout(resolve, 2));
      arns.push(...batch.map(({ arn }) => arn));
      isWriting = false;
    });
    const pages = Array.from({ length: 8 }, (_, at) => page(numbered(at * 700, 700)));
    await Promise.all(pages.map((one) => writer.add(one)));
    await writer.flush();
    expect(arns).toEqual(numbered(0, 8 * 700).map(({ arn }) => arn));
  });

  it('tells everybody of a write that failed, and writes nothing after it', async () => {
    let writes = 0;
    const writer = new ResourceWriter(async () => {
      writes += 1;
      throw new Error('no room');
    });
    const adding = [0, 1, 2].map((at) => writer.add(page(numbered(at * 1_000, BATCH_RESOURCES))));
    for (const settled of await Promise.allSettled(adding)) {
      expect(settled).toMatchObject({ status: 'rejected', reason: { message: 'no room' } });
    }
    await expect(writer.flush()).rejects.toThrow('no room');
    expect(writes).toBe(1);
  });

  it('takes what a listing told before what a search by tags found, and the later of two alike', async () => {
    const written: ListedResource[] = [];
    const writer = new ResourceWriter(async (batch) => void written.push(...batch));
    const told = (name: string) => [resource('arn:a', { name })];
    await writer.add(page(told('by tags'), { type: 'tagged' }));
    await writer.add(page(told('first')));
    await writer.add(page(told('second'), { tagsKnown: false }));
    await writer.add(page(told('by tags again'), { type: 'tagged' }));
    await writer.flush();
    expect(written).toMatchObject([{ name: 'second', isTagged: false, tagsKnown: false }]);
  });
});
