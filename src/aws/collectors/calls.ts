import { AwsError } from '../port';
import type { CallGate } from './call-gates';
import { inventoryFailure, isThrottled, knowsNoCredentials } from './failures';
import type { Calls, ClientFor, ClientSettings, Closable, Send } from './types';

/** How often a call that AWS throttles is made, on top of the patience of the sender and the SDK. */
const THROTTLED_TRIES = 2;

interface CallFrame {
  readonly clientFor: ClientFor;
  readonly region: string;
  readonly gateOf: (service: string, region: string) => CallGate;
  /** Ends the run: no call is made any more. */
  readonly signal: AbortSignal;
}

function behindGate<C>(send: Send<C>, gate: CallGate, service: string, signal: AbortSignal): Send<C> {
  return async (call, action) => {
    // The first refusal may be of a session that ended, so the sender takes new credentials; the second is not.
    let refusals = 0;
    const once = async (client: C) => {
      // Not to be retried, so that a sender that knows another signal stops as well.
      if (signal.aborted) throw new AwsError('unavailable', 'The inventory was stopped.', false, action);
      return gate.through(async () => {
        try {
          return await call(client);
        } catch (error) {
          if (knowsNoCredentials(error)) refusals += 1;
          const failure = inventoryFailure(error, service, action, refusals > 1);
          if (isThrottled(failure)) gate.slowDown();
          throw failure;
        }
      });
    };
    for (let tries = 1; ; tries += 1) {
      try {
        return await send(once, action);
      } catch (error) {
        if (!isThrottled(error) || tries >= THROTTLED_TRIES) throw error;
      }
    }
  };
}

/** The calls that a collector may make in one region, through the gate of each service. */
export function callsIn({ clientFor, region, gateOf, signal }: CallFrame): Calls {
  return {
    sendTo<C extends Closable>(service: string, make: (settings: ClientSettings) => C) {
      return behindGate(clientFor(service, make, region), gateOf(service, region), service, signal);
    },
  };
}
