import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { NotFound } from '@/errors';
import { readProgress } from '@/features/connections/progress';
import { route } from '@/server/route';

const EVERY_MS = 400;
const LONGEST_MS = 15 * 60_000;

/** Server-sent events: the connection's progress whenever it changed. The browser comes back by itself when this ends. */
export const GET = route({
  async handler(request, { ctx, params, isStillSignedIn }) {
    const id = z.uuid().safeParse(params['connectionId']);
    if (!id.success) throw new NotFound('connection');
    await readProgress(ctx, id.data);
    const encoder = new TextEncoder();
    const stream = new ReadableStream({
      async start(controller) {
        let last = '';
        const endsAt = Date.now() + LONGEST_MS;
        while (!request.signal.aborted && Date.now() < endsAt) {
          try {
            if (!(await isStillSignedIn())) break;
            const text = JSON.stringify(await readProgress(ctx, id.data));
            if (text !== last) controller.enqueue(encoder.encode(`data: ${text}\n\n`));
            last = text;
          } catch (error) {
            // Revoked while someone watched.
            if (error instanceof NotFound) controller.enqueue(encoder.encode('event: gone\ndata: {}\n\n'));
            break;
          }
          await sleep(EVERY_MS);
        }
        if (!request.signal.aborted) controller.close();
      },
    });
    return new Response(stream, {
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      },
    });
  },
});
