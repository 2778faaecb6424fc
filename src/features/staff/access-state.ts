/** How long staff may look in at most: 4 hours. */
export const MINUTES_MAX = 240;
export const MINUTES_MIN = 15;
export const REASON_MIN = 10;
export const REASON_MAX = 500;
/** An ask that nobody decided on is over after a day. */
export const ASK_MS = 24 * 3_600_000;

export type AccessStatus = 'asked' | 'approved' | 'denied' | 'lapsed' | 'withdrawn';
export type AccessState = 'asked' | 'running' | 'over' | 'denied' | 'lapsed' | 'withdrawn';

export interface AccessFacts {
  readonly status: string;
  readonly requestedAt: Date;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
}

/** What an access is at this moment, also where nobody has written down yet that its time is over. */
export function stateOf(access: AccessFacts, now: Date): AccessState {
  if (access.status === 'denied' || access.status === 'lapsed' || access.status === 'withdrawn')
    return access.status;
  if (access.status === 'approved') {
    const isRunning = access.endedAt === null && access.expiresAt !== null && access.expiresAt > now;
    return isRunning ? 'running' : 'over';
  }
  const isLapsed = now.getTime() - access.requestedAt.getTime() >= ASK_MS;
  return isLapsed || access.endedAt !== null ? 'lapsed' : 'asked';
}
