import { nameOf } from './errors';
import type { AwsCall, CallObserver } from './port';

type CallFacts = Pick<AwsCall, 'service' | 'region' | 'awsAccountId' | 'sessionName'>;

interface Observable {
  middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<{ output: unknown }>,
        context: { commandName?: string },
      ) => (args: never) => Promise<{ output: unknown }>,
      options: { step: 'finalizeRequest'; priority: 'low'; name: string },
    ): void;
  };
}

type Metadata = { $metadata?: { requestId?: string } };

/** Reports every attempt that goes out, retries included: the middleware stands inside the SDK's retry loop. */
export function observe(client: unknown, facts: CallFacts, observer: CallObserver): void {
  (client as Observable).middlewareStack.add(
    (next, context) => async (args) => {
      const action = (context.commandName ?? 'Unknown').replace(/Command$/, '');
      const after = await observer.before(facts.service, action);
      const at = new Date();
      const started = performance.now();
      const report = (outcome: string, requestId: string | undefined) =>
        after({
          ...facts,
          action,
          at,
          outcome,
          durationMs: Math.round(performance.now() - started),
          requestId: requestId ?? null,
        });
      try {
        const result = await next(args);
        await report('ok', (result.output as Metadata).$metadata?.requestId);
        return result;
      } catch (error) {
        await report(nameOf(error), (error as Metadata).$metadata?.requestId);
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'belvedereLedger' },
  );
}
