import diagnostics from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { SessionClaims } from '../simulated-aws/identity/caller';
import { secretFor } from '../simulated-aws/vendor';

export interface TappedSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** What the simulated STS put into the token: role, session name, session policy, end. */
  readonly claims: SessionClaims;
}

function readSession(token: string): TappedSession | null {
  const [payload = ''] = token.split('.');
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as SessionClaims;
    return {
      accessKeyId: claims.key,
      secretAccessKey: secretFor(claims.key),
      sessionToken: token,
      claims,
    };
  } catch {
    return null;
  }
}

/** Collects the sessions in customers' accounts that this process signs requests with, from the requests themselves. */
export function tapSessions(): { sessions(): TappedSession[]; stop(): void } {
  const found = new Map<string, TappedSession>();
  const listen = (message: unknown) => {
    const token = (message as { request: ClientRequest }).request.getHeader('x-amz-security-token');
    const session = typeof token === 'string' ? readSession(token) : null;
    if (session) found.set(session.sessionToken, session);
  };
  diagnostics.subscribe('http.client.request.start', listen);
  return {
    sessions: () => [...found.values()],
    stop: () => diagnostics.unsubscribe('http.client.request.start', listen),
  };
}
