import { parseArgs } from 'node:util';
import { startSimulatedAws } from './server';
import { loadState, saveOnChange } from './world/state-file';
import type { WorldSize } from './world/accounts';
import { World } from './world/world';
import { epochDay } from './world/clock';

const DEMO_STACK_DELAY_MS = 1500;

function isSize(text: string): text is WorldSize {
  return text === 'tiny' || text === 'demo' || text === 'large';
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4566' },
      host: { type: 'string', default: '127.0.0.1' },
      size: { type: 'string', default: 'demo' },
      seed: { type: 'string', default: 'belvedere' },
      state: { type: 'string' },
      'stack-delay': { type: 'string', default: String(DEMO_STACK_DELAY_MS) },
      'line-items': { type: 'string' },
    },
  });
  const { size, seed, state } = values;
  if (!isSize(size)) throw new Error(`--size must be tiny, demo or large, not ${size}`);
  const lineItemMillions = values['line-items'] === undefined ? undefined : Number(values['line-items']);
  const world = new World({ size, seed, anchorDay: epochDay(new Date()), lineItemMillions });
  const save = state === undefined ? undefined : saveOnChange(world, state, loadState(state));
  const aws = await startSimulatedAws({
    world,
    host: values.host,
    port: Number(values.port),
    stackDelayMs: Number(values['stack-delay']),
  });
  let isStopping = false;
  const stop = (): void => {
    isStopping = true;
    save?.();
    void aws.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, url: aws.url })}\n`);
  // Nobody waits for the exports of a whole year then.
  void aws.exportFiles.warm().catch((error: unknown) => {
    if (!isStopping) console.error(error);
  });
}

await main();
