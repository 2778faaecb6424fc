import { parseArgs } from 'node:util';
import { startSimulatedIdp } from './server';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '4570' }, host: { type: 'string', default: '127.0.0.1' } },
  });
  const idp = await startSimulatedIdp({ port: Number(values.port), host: values.host });
  const stop = (): void => {
    void idp.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, url: idp.url })}\n`);
}

await main();
