import { DescribeDBClusterSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

export const rdsClusterSnapshots = defineCollector({
  type: 'rds:cluster-snapshot',
  service: 'RDS',
  client: (settings) => new RDSClient(settings),
  actions: ['rds:DescribeDBClusterSnapshots'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'rds:DescribeDBClusterSnapshots', async (client, token) => {
      const input = { MaxRecords: 100, Marker: token };
      const page = await client.send(new DescribeDBClusterSnapshotsCommand(input));
      return { items: page.DBClusterSnapshots, next: page.Marker };
    }),
  keeps: [
    'DBClusterSnapshotArn',
    'DBClusterSnapshotIdentifier',
    'DBClusterIdentifier',
    'SnapshotType',
    'Engine',
    'EngineVersion',
    'AllocatedStorage',
    'Status',
    'SnapshotCreateTime',
    'TagList.Key',
    'TagList.Value',
  ],
  map(snapshot, place) {
    if (!snapshot.DBClusterSnapshotArn || !snapshot.DBClusterSnapshotIdentifier) return null;
    const source = snapshot.DBClusterIdentifier;
    return {
      arn: snapshot.DBClusterSnapshotArn,
      id: snapshot.DBClusterSnapshotIdentifier,
      createdAt: snapshot.SnapshotCreateTime,
      state: snapshot.Status,
      tags: tagsOf(snapshot.TagList),
      attributes: {
        snapshotType: snapshot.SnapshotType,
        engine: snapshot.Engine,
        engineVersion: snapshot.EngineVersion,
        storageGiB: snapshot.AllocatedStorage,
      },
      relatedArns: source ? [arnOf(place, 'rds', `cluster:${source}`)] : [],
    };
  },
});
