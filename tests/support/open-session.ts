import { randomUUID } from 'node:crypto';
import type { Ctx, Services } from '@/context';
import type { Person } from '@/features/auth/person';
import { createSession, type Device } from '@/features/auth/sessions';

export const DEVICE: Device = {
  address: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0',
};

/** A session as a sign-in by password opens it. */
export const openSession = (services: Services, userId: string) =>
  createSession(services, { userId, method: 'password', device: DEVICE });

/** The person of a context by themselves, who has just proved who they are. */
export function personOf(ctx: Ctx): Person {
  if (ctx.actor.kind !== 'user') throw new Error('That is no person.');
  const { userId, session } = ctx.actor;
  return {
    ...ctx,
    userId,
    session: session ?? { id: randomUUID(), method: 'password', steppedUpAt: new Date(8.64e15) },
    device: DEVICE,
  };
}
