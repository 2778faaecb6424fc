import { bucketStackParameters, renderBucketCommand } from '@/aws/render-bucket-template';
import { requirePermission, type Ctx } from '@/context';
import { trustPolicyOf } from '@/features/connections/launch-options';
import type { BucketSource } from './bucket-store';

/** One role a source, since each has an ExternalId of its own. The stack is called like its role. */
export const bucketRoleName = (connectionId: string): string => `BelvedereFiles-${connectionId.slice(0, 8)}`;

export interface BucketLaunch {
  readonly parameters: readonly (readonly [string, string])[];
  readonly command: string;
  readonly trustPolicy: string;
}

/** What the stack of a bucket is launched with. It carries the ExternalId, so only who may connect sees it. */
export function bucketLaunch(ctx: Ctx, source: BucketSource): BucketLaunch {
  requirePermission(ctx, 'connection:write');
  const stack = {
    ...{ externalId: source.externalId, collectorRoleArn: ctx.config.collectorRoleArn },
    ...{ roleName: bucketRoleName(source.connectionId), bucket: source.bucket, prefix: source.prefix },
  };
  const url = `${ctx.config.appUrl.replace(/\/+$/, '')}/bucket-template.yaml`;
  return {
    parameters: bucketStackParameters(stack),
    trustPolicy: trustPolicyOf(stack.collectorRoleArn, stack.externalId),
    command: renderBucketCommand(stack, { url, region: ctx.config.awsRegion }),
  };
}
