import { createServer } from 'node:http';
import { env } from '@/env';
import { startWorker } from '@/jobs/worker';
import { createRuntime } from '@/runtime';

const runtime = createRuntime(env(), { poolSize: 40 });
const worker = await startWorker(runtime);
runtime.log.info('worker is ready');

// Health for whoever runs it: WORKER_HEALTH_PORT is not the app's configuration, so it is read here and nowhere else.
const healthPort = process.env['WORKER_HEALTH_PORT'];
const health = healthPort
  ? createServer((_request, response) => response.end('ok')).listen(Number(healthPort), '127.0.0.1')
  : null;

let isStopping = false;
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  health?.close();
  await worker.stop();
  await runtime.close();
  process.exit(0);
}
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
