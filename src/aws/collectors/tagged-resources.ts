import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { partsOfArn } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';
import type { ClientSettings } from './types';

export const TAGGING_SERVICE = 'Resource Groups Tagging';
export const TAGGING_ACTION = 'tag:GetResources';

export const taggingClient = (settings: ClientSettings) => new ResourceGroupsTaggingAPIClient(settings);

/**
 * Everything that has or had a tag, Lambda functions and CloudFront distributions among it: their own listings
 * answer environment variables and origin headers, so these are never called. What never had a tag is not found.
 */
export const taggedResources = defineCollector({
  type: 'tagged',
  service: TAGGING_SERVICE,
  client: taggingClient,
  actions: [TAGGING_ACTION],
  tags: 'in-answer',
  list: (call) =>
    paged(call, TAGGING_ACTION, async (client, token) => {
      const page = await client.send(
        new GetResourcesCommand({ ResourcesPerPage: 100, PaginationToken: token }),
      );
      return { items: page.ResourceTagMappingList, next: page.PaginationToken };
    }),
  keeps: ['ResourceARN', 'Tags.Key', 'Tags.Value'],
  map({ ResourceARN, Tags }, place) {
    const parts = partsOfArn(ResourceARN ?? '');
    if (!ResourceARN || !parts) return null;
    // A bucket's ARN tells no region, but it is found in its own; what else tells none belongs to none.
    const region = parts.region || (parts.service === 's3' ? place.region : 'global');
    return {
      arn: ResourceARN,
      id: parts.id,
      name: parts.id.split('/').at(-1),
      type: parts.type,
      region,
      tags: tagsOf(Tags),
    };
  },
});
