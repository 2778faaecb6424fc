import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { inBatches } from './listing';
import { TAGGING_ACTION, TAGGING_SERVICE, taggingClient } from './tagged-resources';
import { tagsOf } from './tags';
import type { Calls, CollectedResource } from './types';

// AWS takes no more ARNs a call; ones that never had a tag are left out of the answer.
const BATCH = 100;

/** The same resources with their tags, of up to a hundred a call. Throws AwsError. */
export async function withTags(
  calls: Calls,
  resources: readonly CollectedResource[],
): Promise<CollectedResource[]> {
  const send = calls.sendTo(TAGGING_SERVICE, taggingClient);
  const tagged: CollectedResource[] = [];
  for (const batch of inBatches(resources, BATCH)) {
    const command = new GetResourcesCommand({ ResourceARNList: batch.map(({ arn }) => arn) });
    const { ResourceTagMappingList = [] } = await send((client) => client.send(command), TAGGING_ACTION);
    const tagsByArn = new Map(ResourceTagMappingList.map((one) => [one.ResourceARN, tagsOf(one.Tags)]));
    for (const resource of batch) {
      const tags = tagsByArn.get(resource.arn) ?? {};
      tagged.push({ ...resource, tags, name: tags['Name'] || resource.name });
    }
  }
  return tagged;
}
