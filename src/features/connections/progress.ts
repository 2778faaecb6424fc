import type { Ctx } from '@/context';
import { readConnection, type ConnectionSummary } from './read-connections';

/** What the live view of a connection shows; small, and without its ExternalId. */
export interface Progress {
  readonly status: ConnectionSummary['connection']['status'];
  readonly failure: ConnectionSummary['connection']['failure'];
  readonly probes: ConnectionSummary['connection']['probes'];
  readonly denied: ConnectionSummary['connection']['denied'];
  readonly probedAt: string | null;
  readonly isActive: boolean;
  /** False where nobody looks for the role any more until someone asks. */
  readonly isPolling: boolean;
  readonly sync: ConnectionSummary['sync'];
  readonly requestsToday: number;
}

export function toProgress({ connection, sync, requestsToday }: ConnectionSummary): Progress {
  return {
    status: connection.status,
    failure: connection.failure,
    probes: connection.probes,
    denied: connection.denied,
    probedAt: connection.probedAt?.toISOString() ?? null,
    isActive: connection.activeSince !== null,
    isPolling: connection.nextActionAt !== null,
    sync,
    requestsToday,
  };
}

export async function readProgress(ctx: Ctx, connectionId: string): Promise<Progress> {
  return toProgress(await readConnection(ctx, connectionId));
}
