import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';

export const logGroups = defineCollector({
  type: 'logs:log-group',
  service: 'CloudWatch Logs',
  client: (settings) => new CloudWatchLogsClient(settings),
  actions: ['logs:DescribeLogGroups'],
  tags: 'by-arn',
  list: (call) =>
    paged(call, 'logs:DescribeLogGroups', async (client, token) => {
      const page = await client.send(new DescribeLogGroupsCommand({ limit: 50, nextToken: token }));
      return { items: page.logGroups, next: page.nextToken };
    }),
  keeps: ['logGroupName', 'logGroupClass', 'creationTime', 'retentionInDays', 'storedBytes'],
  map(group, place) {
    if (!group.logGroupName) return null;
    return {
      arn: arnOf(place, 'logs', `log-group:${group.logGroupName}`),
      id: group.logGroupName,
      createdAt: group.creationTime === undefined ? undefined : new Date(group.creationTime),
      attributes: {
        sizeBytes: group.storedBytes,
        retentionDays: group.retentionInDays,
        isKeptForEver: group.retentionInDays === undefined,
        logGroupClass: group.logGroupClass,
      },
    };
  },
});
