import { DescribeCacheClustersCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';

export const elasticacheClusters = defineCollector({
  type: 'elasticache:cluster',
  service: 'ElastiCache',
  client: (settings) => new ElastiCacheClient(settings),
  actions: ['elasticache:DescribeCacheClusters'],
  tags: 'by-arn',
  list: (call) =>
    paged(call, 'elasticache:DescribeCacheClusters', async (client, token) => {
      const page = await client.send(new DescribeCacheClustersCommand({ MaxRecords: 100, Marker: token }));
      return { items: page.CacheClusters, next: page.Marker };
    }),
  keeps: [
    'ARN',
    'CacheClusterId',
    'ReplicationGroupId',
    'CacheNodeType',
    'NumCacheNodes',
    'Engine',
    'EngineVersion',
    'CacheClusterStatus',
    'CacheClusterCreateTime',
    'PreferredAvailabilityZone',
  ],
  map(cluster, place) {
    if (!cluster.ARN || !cluster.CacheClusterId) return null;
    const group = cluster.ReplicationGroupId;
    return {
      arn: cluster.ARN,
      id: cluster.CacheClusterId,
      createdAt: cluster.CacheClusterCreateTime,
      state: cluster.CacheClusterStatus,
      attributes: {
        nodeType: cluster.CacheNodeType,
        nodes: cluster.NumCacheNodes,
        engine: cluster.Engine,
        engineVersion: cluster.EngineVersion,
        zone: cluster.PreferredAvailabilityZone,
      },
      relatedArns: group ? [arnOf(place, 'elasticache', `replicationgroup:${group}`)] : [],
    };
  },
});
