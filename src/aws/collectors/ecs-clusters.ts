import { DescribeClustersCommand, ECSClient, ListClustersCommand, type Cluster } from '@aws-sdk/client-ecs';
import { defineCollector } from './collector';
import { paged } from './listing';
import type { Send } from './types';

/** ARNs of the ECS clusters, a hundred a page. */
export function ecsClusterArns(call: Send<ECSClient>): AsyncGenerator<readonly string[]> {
  return paged(call, 'ecs:ListClusters', async (client, token) => {
    const page = await client.send(new ListClustersCommand({ maxResults: 100, nextToken: token }));
    return { items: page.clusterArns, next: page.nextToken };
  });
}

async function* clusters(call: Send<ECSClient>): AsyncGenerator<readonly Cluster[]> {
  for await (const arns of ecsClusterArns(call)) {
    const command = new DescribeClustersCommand({ clusters: [...arns], include: ['TAGS'] });
    yield (await call((client) => client.send(command), 'ecs:DescribeClusters')).clusters ?? [];
  }
}

export const ecsClusters = defineCollector({
  type: 'ecs:cluster',
  service: 'ECS',
  client: (settings) => new ECSClient(settings),
  actions: ['ecs:ListClusters', 'ecs:DescribeClusters'],
  tags: 'in-answer',
  list: clusters,
  keeps: [
    'clusterArn',
    'clusterName',
    'status',
    'runningTasksCount',
    'activeServicesCount',
    'registeredContainerInstancesCount',
    'tags.key',
    'tags.value',
  ],
  map(cluster) {
    if (!cluster.clusterArn || !cluster.clusterName) return null;
    return {
      arn: cluster.clusterArn,
      id: cluster.clusterName,
      state: cluster.status,
      tags: Object.fromEntries((cluster.tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
      attributes: {
        runningTasks: cluster.runningTasksCount,
        activeServices: cluster.activeServicesCount,
        containerInstances: cluster.registeredContainerInstancesCount,
      },
    };
  },
});
