import 'server-only';
import { unstable_rethrow } from 'next/navigation';
import type { z } from 'zod';
import type { Ctx } from '@/context';
import type { Person } from '@/features/auth/person';
import { runtime } from '@/runtime';
import type { ErrorBody } from './http-errors';
import { toErrorBody } from './http-errors';
import { requirePerson, requireSession } from './session';

export type ActionResult<T> = { ok: true; data: T } | { ok: false; error: ErrorBody };

async function answer<T>(work: () => Promise<T>): Promise<ActionResult<T>> {
  try {
    return { ok: true, data: await work() };
  } catch (error) {
    unstable_rethrow(error);
    return { ok: false, error: toErrorBody(error, runtime().log) };
  }
}

/** The one way to a server action. Next refuses a call from another origin; here come session, parsing and the verb. */
export function runAction<I, T>(
  schema: z.ZodType<I>,
  raw: unknown,
  verb: (ctx: Ctx, input: I) => Promise<T>,
): Promise<ActionResult<T>> {
  return answer(async () => {
    const { ctx } = await requireSession();
    return verb(ctx, schema.parse(raw));
  });
}

/** The same for what is a person's own, whichever workspace is open, and also while a workspace is closed to them. */
export function runPersonAction<I, T>(
  schema: z.ZodType<I>,
  raw: unknown,
  verb: (person: Person & { readonly token: string }, input: I) => Promise<T>,
): Promise<ActionResult<T>> {
  return answer(async () => verb(await requirePerson(), schema.parse(raw)));
}

/** For actions at the door, which nobody is signed in for. */
export function runPublicAction<I, T>(
  schema: z.ZodType<I>,
  raw: unknown,
  verb: (input: I) => Promise<T>,
): Promise<ActionResult<T>> {
  return answer(async () => verb(schema.parse(raw)));
}
