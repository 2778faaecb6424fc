import { DescribeClusterCommand, EKSClient, ListClustersCommand, type Cluster } from '@aws-sdk/client-eks';
import { defineCollector } from './collector';
import { paged, unlessGone } from './listing';
import type { Send } from './types';

/** One call a cluster: only that answers the version, on which the price of a cluster hangs. */
async function* clusters(call: Send<EKSClient>): AsyncGenerator<readonly Cluster[]> {
  const names = paged(call, 'eks:ListClusters', async (client, token) => {
    const page = await client.send(new ListClustersCommand({ maxResults: 100, nextToken: token }));
    return { items: page.clusters, next: page.nextToken };
  });
  for await (const page of names) {
    for (const name of page) {
      const command = new DescribeClusterCommand({ name });
      const answer = await call((client) => unlessGone(client.send(command)), 'eks:DescribeCluster');
      if (answer?.cluster) yield [answer.cluster];
    }
  }
}

export const eksClusters = defineCollector({
  type: 'eks:cluster',
  service: 'EKS',
  client: (settings) => new EKSClient(settings),
  actions: ['eks:ListClusters', 'eks:DescribeCluster'],
  tags: 'in-answer',
  list: clusters,
  keeps: ['arn', 'name', 'version', 'status', 'createdAt', 'upgradePolicy.supportType', 'tags'],
  map(cluster) {
    if (!cluster.arn || !cluster.name) return null;
    return {
      arn: cluster.arn,
      id: cluster.name,
      createdAt: cluster.createdAt,
      state: cluster.status,
      tags: cluster.tags ?? {},
      attributes: { version: cluster.version, supportType: cluster.upgradePolicy?.supportType },
    };
  },
});
