import { DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

export const rdsSnapshots = defineCollector({
  type: 'rds:snapshot',
  service: 'RDS',
  client: (settings) => new RDSClient(settings),
  actions: ['rds:DescribeDBSnapshots'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'rds:DescribeDBSnapshots', async (client, token) => {
      const page = await client.send(new DescribeDBSnapshotsCommand({ MaxRecords: 100, Marker: token }));
      return { items: page.DBSnapshots, next: page.Marker };
    }),
  keeps: [
    'DBSnapshotArn',
    'DBSnapshotIdentifier',
    'DBInstanceIdentifier',
    'SnapshotType',
    'Engine',
    'EngineVersion',
    'AllocatedStorage',
    'StorageType',
    'Status',
    'SnapshotCreateTime',
    'OriginalSnapshotCreateTime',
    'TagList.Key',
    'TagList.Value',
  ],
  map(snapshot, place) {
    if (!snapshot.DBSnapshotArn || !snapshot.DBSnapshotIdentifier) return null;
    const source = snapshot.DBInstanceIdentifier;
    return {
      arn: snapshot.DBSnapshotArn,
      id: snapshot.DBSnapshotIdentifier,
      createdAt: snapshot.SnapshotCreateTime ?? snapshot.OriginalSnapshotCreateTime,
      state: snapshot.Status,
      tags: tagsOf(snapshot.TagList),
      attributes: {
        snapshotType: snapshot.SnapshotType,
        engine: snapshot.Engine,
        engineVersion: snapshot.EngineVersion,
        storageGiB: snapshot.AllocatedStorage,
        storageType: snapshot.StorageType,
      },
      relatedArns: source ? [arnOf(place, 'rds', `db:${source}`)] : [],
    };
  },
});
