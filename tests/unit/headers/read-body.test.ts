import { describe, expect, it } from 'vitest';
import { TooLarge } from '@/errors';
import { readBody, readText } from '@/security/read-body';

interface Sent {
  readonly request: Request;
  /** How many chunks were asked for, and whether the rest was declined. */
  readonly seen: { pulled: number; isCancelled: boolean };
}

function streamed(chunks: readonly Uint8Array[], headers: Record<string, string> = {}): Sent {
  const seen = { pulled: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[seen.pulled];
        seen.pulled += 1;
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel() {
        seen.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: 'POST', body, headers, duplex: 'half' };
  return { request: new Request('https://cost.example.com/', init), seen };
}

const bytes = (count: number) => new Uint8Array(count).fill(97);

describe('readBody', () => {
  it('returns what came, chunk by chunk, up to the last byte that is allowed', async () => {
    const { request } = streamed([bytes(3), bytes(0), Uint8Array.of(1, 2, 255)]);
    expect([...(await readBody(request, 6))]).toEqual([97, 97, 97, 1, 2, 255]);
  });

  it('returns nothing of a request without a body', async () => {
    expect(await readBody(new Request('https://cost.example.com/'), 1)).toHaveLength(0);
  });

  it('refuses the first byte beyond the limit and declines the rest', async () => {
    const { request, seen } = streamed([bytes(4), bytes(4), ...Array.from({ length: 50 }, () => bytes(4))]);
    const refused = await readBody(request, 7).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TooLarge);
    expect((refused as Error).message).toContain('at most 7 bytes');
    expect(seen).toEqual({ pulled: 2, isCancelled: true });
  });

  it('refuses what announces more than the limit without reading any of it', async () => {
    const { request, seen } = streamed([bytes(1)], { 'content-length': '8' });
    await expect(readBody(request, 7)).rejects.toBeInstanceOf(TooLarge);
    expect(seen).toEqual({ pulled: 0, isCancelled: true });
  });

  it.each(['1', '0', '-5', 'many', ''])('counts itself where %j bytes are announced', async (announced) => {
    const { request } = streamed([bytes(5), bytes(5)], { 'content-length': announced });
    await expect(readBody(request, 7)).rejects.toBeInstanceOf(TooLarge);
  });

  it('hands on what goes wrong on the way', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.error(new Error('The line was cut.')),
    });
    const init = { method: 'POST', body, duplex: 'half' };
    await expect(readBody(new Request('https://cost.example.com/', init), 7)).rejects.toThrow(
      'The line was cut.',
    );
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 10 * 1024 * 1024])(
    'takes no limit of %d bytes, which would be none or one that Next cuts short',
    async (limit) => {
      await expect(readBody(new Request('https://cost.example.com/'), limit)).rejects.toBeInstanceOf(
        RangeError,
      );
    },
  );
});

describe('readText', () => {
  it('reads UTF-8 that is split in the middle of a letter', async () => {
    const text = new TextEncoder().encode('Zürich');
    expect(await readText(streamed([text.slice(0, 2), text.slice(2)]).request, 20)).toBe('Zürich');
  });

  it('refuses what is no UTF-8', async () => {
    await expect(readText(streamed([Uint8Array.of(0xc3, 0x28)]).request, 20)).rejects.toBeInstanceOf(
      TypeError,
    );
  });
});
