import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { followFile } from '@/features/focus-export/follow-file';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'follow-file-'));
});
afterAll(() => rm(directory, { recursive: true }));

const none = new AbortController().signal;

async function empty(name: string): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, '');
  return file;
}

it('gives what is there before the file is whole, and ends with it', async () => {
  const file = await empty('whole');
  let end = () => undefined as void;
  const parts = followFile(file, new Promise<void>((resolve) => (end = resolve)), none);
  await appendFile(file, 'first ');
  expect(String((await parts.next()).value)).toBe('first ');
  const later = parts.next();
  await sleep(120);
  await appendFile(file, 'second');
  expect(String((await later).value)).toBe('second');
  await appendFile(file, ' last');
  end();
  expect(String((await parts.next()).value)).toBe(' last');
  expect((await parts.next()).done).toBe(true);
});

it('gives every byte of a file that is larger than a part', async () => {
  const file = await empty('large');
  const bytes = Buffer.alloc(1_000_003, 'abc');
  const sizes: number[] = [];
  for await (const part of followFile(file, writeFile(file, bytes), none)) sizes.push(part.length);
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes.length);
});

it('fails with whoever writes', async () => {
  const file = await empty('broken');
  const parts = followFile(
    file,
    sleep(20).then(() => Promise.reject(new Error('The disk is full.'))),
    none,
  );
  await appendFile(file, 'a beginning');
  expect(String((await parts.next()).value)).toBe('a beginning');
  await expect(parts.next()).rejects.toThrow('The disk is full.');
});

it('ends at once where nobody wants the rest', async () => {
  const gone = new AbortController();
  const parts = followFile(await empty('unwanted'), new Promise(() => undefined), gone.signal);
  const next = parts.next();
  gone.abort(new Error('Nobody reads.'));
  await expect(next).rejects.toThrow();
});
