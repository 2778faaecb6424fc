import type { CollectedResource, InventoryPage, TypeOutcome } from '@/aws/port';

export const resource = (arn: string, more: Partial<CollectedResource> = {}): CollectedResource => ({
  ...{ arn, id: arn, type: 'ec2:volume', name: arn, region: 'eu-west-1', accountId: '111122223333' },
  ...{ createdAt: null, state: '', tags: {}, attributes: {}, relatedArns: [] },
  ...more,
});

export const page = (
  resources: readonly CollectedResource[],
  more: Partial<InventoryPage> = {},
): InventoryPage => ({
  ...{ type: 'ec2:volume', region: 'eu-west-1', tagsKnown: true, resources },
  ...more,
});

export const outcome = (type: string, region: string, more: Partial<TypeOutcome> = {}): TypeOutcome => ({
  ...{ type, covers: [type], region, resources: 1, isComplete: true, tagsKnown: true, gaps: [] },
  ...more,
});
