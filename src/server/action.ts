import 'server-only';
import { unstable_rethrow } from 'next/navigation';
import type { z } from 'zod';
import type { Ctx } from '@/context';
import { runtime } from '@/runtime';
import type { ErrorBody } from './http-errors';
import { toErrorBody } from './http-errors';
import { requireSession } from './session';

export type ActionResult<T> = { ok: true; data: T } | { ok: false; error: ErrorBody };

/** The one way to a server action. Next refuses a call from another origin; here come session, parsing and the verb. */
export async function runAction<I, T>(
  schema: z.ZodType<I>,
  raw: unknown,
  verb: (ctx: Ctx, input: I) => Promise<T>,
): Promise<ActionResult<T>> {
  try {
    const { ctx } = await requireSession();
    return { ok: true, data: await verb(ctx, schema.parse(raw)) };
  } catch (error) {
    unstable_rethrow(error);
    return { ok: false, error: toErrorBody(error, runtime().log) };
  }
}
