import { TooLarge } from '@/errors';

/** Where Next cuts off the body of a request that goes through src/proxy.ts, without an error: proxyClientMaxBodySize of next.config.js. */
const CUT_OFF_BYTES = 2 * 1024 * 1024;

const tooLarge = (maxBytes: number) =>
  new TooLarge(`The request is too large: at most ${maxBytes} bytes are taken here.`);

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops early wants no more of it; what is whole is closed already.
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * The body of a request, of at most `maxBytes` bytes. Next limits what a server action takes but not what a route handler
 * takes, and cuts nothing off of what goes past src/proxy.ts: so every handler that reads a body into memory reads it with
 * this. Throws TooLarge (413) as soon as the announced or the read length goes beyond, without reading on; a RangeError where
 * `maxBytes` is no positive whole number or reaches the 2 MB at which Next hands on a part of a body as if it were the whole.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1 || maxBytes >= CUT_OFF_BYTES) {
    throw new RangeError(`A limit is a whole number of bytes between 1 and ${CUT_OFF_BYTES - 1}.`);
  }
  // Only a hint to refuse early: what is read is counted all the same.
  if (Number(request.headers.get('content-length')) > maxBytes) {
    await request.body?.cancel();
    throw tooLarge(maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body) {
    for await (const chunk of chunksOf(request.body)) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks, size);
}

/** The same as text. Throws TooLarge as above, and a TypeError where it is not UTF-8. */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true }).decode(await readBody(request, maxBytes));
}
