import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { migrate } from '../src/db/migrate';
import { OPERATOR_CREDENTIALS, TEMPLATE_BUCKET, VENDOR_CREDENTIALS } from '../tests/simulated-aws/vendor';
import { freePort, startEmbeddedPostgres, type EmbeddedDatabase } from './embedded-postgres';
import { startNode, stopChild, waitForHttp, type Child } from './processes';
import { publishTemplate } from './template-publish';

export interface LocalStack {
  readonly env: Record<string, string>;
  readonly database: EmbeddedDatabase;
  readonly simulatedAwsUrl: string;
  readonly children: Child[];
  stop(): Promise<void>;
}

export interface LocalStackOptions {
  readonly home: string;
  readonly env: Record<string, string>;
  readonly webPort: number;
  readonly size: 'tiny' | 'demo';
  readonly onStep: (text: string, work: () => Promise<unknown>) => Promise<void>;
  readonly onNotice: (text: string) => void;
}

const nodeTs = ['--import', 'tsx'];

/** PostgreSQL, its migrations and a simulated AWS with the template in its S3: everything that Belvedere stands on. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { home, onStep, onNotice } = options;
  const logDir = path.join(home, 'logs');
  const children: Child[] = [];
  let database: EmbeddedDatabase | undefined;
  const stop = async () => {
    await Promise.all([...children].reverse().map(stopChild));
    await database?.stop();
  };
  try {
    await onStep('Starting PostgreSQL', async () => {
      database = await startEmbeddedPostgres(home);
    });
    if (!database) throw new Error('PostgreSQL did not start.');
    const { ownerUrl, appUrl } = database;
    await onStep('Applying migrations', () => migrate(ownerUrl, appUrl));

    const awsPort = await freePort(4566);
    if (awsPort !== 4566) onNotice(`Port 4566 is taken, so the simulated AWS is at ${awsPort}.`);
    const simulatedAwsUrl = `http://127.0.0.1:${awsPort}`;
    let templateUrl = '';
    await onStep('Starting the simulated AWS', async () => {
      const args = [
        '--port',
        String(awsPort),
        '--size',
        options.size,
        '--state',
        path.join(home, 'aws.json'),
        '--stack-delay',
        '1500',
      ];
      const aws = startNode('aws', [...nodeTs, 'tests/simulated-aws/main.ts', ...args], options.env, {
        logDir,
      });
      children.push(aws);
      await waitForHttp(`${simulatedAwsUrl}/_sim/health`, aws);
      const client = new S3Client({
        endpoint: simulatedAwsUrl,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: OPERATOR_CREDENTIALS,
      });
      templateUrl = (await publishTemplate({ client, bucket: TEMPLATE_BUCKET, endpoint: simulatedAwsUrl }))
        .url;
      client.destroy();
    });
    const env = {
      ...options.env,
      DATABASE_URL: appUrl,
      // A host name, since passkeys are bound to one and never to a number.
      BELVEDERE_URL: `http://localhost:${options.webPort}`,
      TEMPLATE_URL: templateUrl,
      AWS_CONSOLE_URL: simulatedAwsUrl,
      AWS_ENDPOINT_URL: simulatedAwsUrl,
      AWS_ACCESS_KEY_ID: VENDOR_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: VENDOR_CREDENTIALS.secretAccessKey,
      AWS_SESSION_TOKEN: VENDOR_CREDENTIALS.sessionToken,
      // The SDK's notice about older Node versions is for the operator, not for a log of events.
      NODE_NO_WARNINGS: '1',
    };
    return { env, database, simulatedAwsUrl, children, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export async function startWorkerProcess(stack: LocalStack, home: string): Promise<Child> {
  const port = await freePort(4600);
  const env = { ...stack.env, WORKER_HEALTH_PORT: String(port) };
  const worker = startNode('worker', [...nodeTs, 'src/worker.ts'], env, { logDir: path.join(home, 'logs') });
  stack.children.push(worker);
  await waitForHttp(`http://127.0.0.1:${port}`, worker);
  return worker;
}

export async function startWebProcess(
  stack: LocalStack,
  home: string,
  mode: 'start' | 'dev',
  port: number,
): Promise<void> {
  const args = ['node_modules/next/dist/bin/next', mode, '--port', String(port), '--hostname', '127.0.0.1'];
  const env = { ...stack.env, NODE_ENV: mode === 'dev' ? 'development' : 'production' };
  const web = startNode('web', args, env, mode === 'dev' ? 'inherit' : { logDir: path.join(home, 'logs') });
  stack.children.push(web);
  await waitForHttp(`http://127.0.0.1:${port}/readyz`, web, 120_000);
}
