import { DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

// AWS writes this where a snapshot was copied and its volume is not known.
const NO_VOLUME = 'vol-ffffffff';

export const ec2Snapshots = defineCollector({
  type: 'ec2:snapshot',
  service: 'EC2',
  client: (settings) => new EC2Client(settings),
  actions: ['ec2:DescribeSnapshots'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'ec2:DescribeSnapshots', async (client, token) => {
      const input = { OwnerIds: ['self'], MaxResults: 1000, NextToken: token };
      const page = await client.send(new DescribeSnapshotsCommand(input));
      return { items: page.Snapshots, next: page.NextToken };
    }),
  keeps: [
    'SnapshotId',
    'VolumeId',
    'VolumeSize',
    'FullSnapshotSizeInBytes',
    'StorageTier',
    'State',
    'Encrypted',
    'StartTime',
    'Tags.Key',
    'Tags.Value',
  ],
  map(snapshot, place) {
    if (!snapshot.SnapshotId) return null;
    const volumeId = snapshot.VolumeId === NO_VOLUME ? undefined : snapshot.VolumeId;
    return {
      // IAM writes it without the account, bills and the Tagging API with it.
      arn: arnOf(place, 'ec2', `snapshot/${snapshot.SnapshotId}`),
      id: snapshot.SnapshotId,
      createdAt: snapshot.StartTime,
      state: snapshot.State,
      tags: tagsOf(snapshot.Tags),
      attributes: {
        volumeSizeGiB: snapshot.VolumeSize,
        fullSizeBytes: snapshot.FullSnapshotSizeInBytes,
        storageTier: snapshot.StorageTier,
        isEncrypted: snapshot.Encrypted,
      },
      relatedArns: volumeId ? [arnOf(place, 'ec2', `volume/${volumeId}`)] : [],
    };
  },
});
