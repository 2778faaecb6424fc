import type { AwsError } from '../../../src/aws/port';
import { toAwsError } from '../../../src/aws/errors';
import type { ClientFor, Closable } from '../../../src/aws/collectors/types';
import { answers } from './collectors-samples';

export interface FakeCall {
  readonly service: string;
  readonly command: string;
  readonly region: string;
  readonly input: object;
}

/** What AWS answers to a call; undefined for the sample answer. May throw as AWS would. */
export type Answer = (call: FakeCall) => object | undefined;

interface Interceptable {
  middlewareStack: {
    add(
      middleware: (
        next: unknown,
        context: { commandName?: string },
      ) => (args: { input: object }) => Promise<{ output: object; response: object }>,
      options: { step: 'initialize'; priority: 'high' },
    ): void;
  };
}

const isInterceptable = (client: object): client is Interceptable => 'middlewareStack' in client;

/** An error as the SDK throws it. */
export function awsAnswer(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(`${name} in a test`), { name, $metadata: { httpStatusCode } });
}

/** Real SDK clients, answered before anything goes out; retries as the gateway does, without its patience. */
export function fakeAws(answer: Answer = () => undefined, retries = 4) {
  const calls: FakeCall[] = [];
  const actions: string[] = [];
  const running: string[] = [];
  let mostAtOnce = 0;
  let mostInOnePlace = 0;

  function intercept(client: Closable, service: string, region: string): void {
    if (!isInterceptable(client)) throw new Error(`${service} has no SDK client`);
    client.middlewareStack.add(
      (_next, context) =>
        async ({ input }) => {
          const command = (context.commandName ?? '').replace(/Command$/, '');
          const call = { service, command, region, input };
          calls.push(call);
          const place = `${service} ${region}`;
          running.push(place);
          mostAtOnce = Math.max(mostAtOnce, running.length);
          mostInOnePlace = Math.max(mostInOnePlace, running.filter((one) => one === place).length);
          try {
            await new Promise((resolve) => setImmediate(resolve));
            const output = answer(call) ?? answers.get(`${service} ${command}`);
            if (!output) throw new Error(`No answer to ${service} ${command}`);
            return { output: { ...output, $metadata: {} }, response: {} };
          } finally {
            running.splice(running.indexOf(place), 1);
          }
        },
      { step: 'initialize', priority: 'high' },
    );
  }

  const clientFor: ClientFor = (service, make, region) => async (call, action) => {
    actions.push(action);
    const keys = {
      accessKeyId: 'ASIATEST',
      secretAccessKey: 'test',
      sessionToken: 'test',
      expiration: new Date(Date.now() + 3_600_000),
    };
    const client = make({ maxAttempts: 1, region, credentials: async () => keys } as Parameters<
      typeof make
    >[0]);
    intercept(client, service, region);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call(client);
      } catch (error) {
        const failure: AwsError = toAwsError(error, service, action);
        if (!failure.retryable || attempt >= retries) throw failure;
      }
    }
  };
  return { clientFor, calls, actions, mostAtOnce: () => mostAtOnce, mostInOnePlace: () => mostInOnePlace };
}
