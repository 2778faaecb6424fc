import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { renderBucketTemplate } from '@/aws/render-bucket-template';
import type { Ctx } from '@/context';
import { bucketLaunch } from '@/features/buckets/bucket-launch';
import { readBucketSource, type BucketSource } from '@/features/buckets/bucket-store';
import { checkBucket } from '@/features/buckets/check-bucket';
import { lookIntoBucket } from '@/features/buckets/look-into-bucket';
import { startBucketSource } from '@/features/buckets/start-bucket-source';
import { adminCredentials } from '../../simulated-aws/vendor';
import { STANDALONE, type Workbench } from '../../support/workbench';

export const BUCKET = 'acme-focus';
export const PREFIX = 'azure/';

/** A bucket of the customer's that is in another region than anything else. */
export async function makeBucket(bench: Workbench, name = BUCKET): Promise<void> {
  await fetch(`${bench.aws.url}/_sim/buckets`, {
    method: 'PUT',
    body: JSON.stringify({ name, ownerId: STANDALONE, region: 'eu-central-1' }),
  });
}

export async function putObject(bench: Workbench, key: string, bytes: Uint8Array): Promise<void> {
  await fetch(`${bench.aws.url}/_sim/objects?bucket=${BUCKET}&key=${encodeURIComponent(key)}`, {
    method: 'PUT',
    body: new Uint8Array(bytes),
  });
}

export async function deleteObject(bench: Workbench, key: string): Promise<void> {
  await fetch(`${bench.aws.url}/_sim/objects?bucket=${BUCKET}&key=${encodeURIComponent(key)}`, {
    method: 'DELETE',
  });
}

export const newBucketSource = async (ctx: Ctx, name = 'Azure', prefix = PREFIX): Promise<string> =>
  (await startBucketSource(ctx, { name, bucket: BUCKET, prefix })).id;

/** Launches the real template with what the page shows; `parameters` are what the customer changes in it. */
export async function launch(
  bench: Workbench,
  source: BucketSource,
  ctx: Ctx,
  parameters: Record<string, string> = {},
): Promise<void> {
  const wanted = { ...Object.fromEntries(bucketLaunch(ctx, source).parameters), ...parameters };
  await new CloudFormationClient({
    endpoint: bench.aws.url,
    region: 'us-east-1',
    credentials: adminCredentials(STANDALONE),
  }).send(
    new CreateStackCommand({
      StackName: source.roleName,
      TemplateBody: renderBucketTemplate(),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: Object.entries(wanted).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  );
}

/** A source whose role is proven; nothing is loaded yet. */
export async function connectBucket(
  bench: Workbench,
  ctx: Ctx,
  name = 'Azure',
  prefix = PREFIX,
): Promise<string> {
  const connectionId = await newBucketSource(ctx, name, prefix);
  await launch(bench, await readBucketSource(ctx, connectionId), ctx);
  const { failure } = await checkBucket(ctx, { connectionId, account: STANDALONE });
  if (failure) throw new Error(failure.message);
  return connectionId;
}

export async function look(bench: Workbench, ctx: Ctx, connectionId: string): Promise<BucketSource> {
  await lookIntoBucket(bench.asWorker(ctx, 'look-into-bucket'), { connectionId });
  return readBucketSource(ctx, connectionId);
}
