import { DescribeDBClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

export const rdsClusters = defineCollector({
  type: 'rds:cluster',
  service: 'RDS',
  client: (settings) => new RDSClient(settings),
  actions: ['rds:DescribeDBClusters'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'rds:DescribeDBClusters', async (client, token) => {
      const page = await client.send(new DescribeDBClustersCommand({ MaxRecords: 100, Marker: token }));
      return { items: page.DBClusters, next: page.Marker };
    }),
  keeps: [
    'DBClusterArn',
    'DBClusterIdentifier',
    'DBClusterInstanceClass',
    'Engine',
    'EngineVersion',
    'EngineMode',
    'AllocatedStorage',
    'StorageType',
    'BackupRetentionPeriod',
    'Status',
    'ClusterCreateTime',
    'TagList.Key',
    'TagList.Value',
  ],
  map(cluster) {
    if (!cluster.DBClusterArn || !cluster.DBClusterIdentifier) return null;
    return {
      arn: cluster.DBClusterArn,
      id: cluster.DBClusterIdentifier,
      createdAt: cluster.ClusterCreateTime,
      state: cluster.Status,
      tags: tagsOf(cluster.TagList),
      attributes: {
        instanceClass: cluster.DBClusterInstanceClass,
        engine: cluster.Engine,
        engineVersion: cluster.EngineVersion,
        engineMode: cluster.EngineMode,
        storageGiB: cluster.AllocatedStorage,
        storageType: cluster.StorageType,
        backupRetentionDays: cluster.BackupRetentionPeriod,
      },
    };
  },
});
