import { DescribeClustersCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

export const redshiftClusters = defineCollector({
  type: 'redshift:cluster',
  service: 'Redshift',
  client: (settings) => new RedshiftClient(settings),
  actions: ['redshift:DescribeClusters'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'redshift:DescribeClusters', async (client, token) => {
      const page = await client.send(new DescribeClustersCommand({ MaxRecords: 100, Marker: token }));
      return { items: page.Clusters, next: page.Marker };
    }),
  keeps: [
    'ClusterIdentifier',
    'NodeType',
    'NumberOfNodes',
    'ClusterStatus',
    'ClusterCreateTime',
    'TotalStorageCapacityInMegaBytes',
    'AvailabilityZone',
    'Tags.Key',
    'Tags.Value',
  ],
  map(cluster, place) {
    if (!cluster.ClusterIdentifier) return null;
    return {
      arn: arnOf(place, 'redshift', `cluster:${cluster.ClusterIdentifier}`),
      id: cluster.ClusterIdentifier,
      createdAt: cluster.ClusterCreateTime,
      state: cluster.ClusterStatus,
      tags: tagsOf(cluster.Tags),
      attributes: {
        nodeType: cluster.NodeType,
        nodes: cluster.NumberOfNodes,
        storageMB: cluster.TotalStorageCapacityInMegaBytes,
        zone: cluster.AvailabilityZone,
      },
    };
  },
});
