import { DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

export const ec2Volumes = defineCollector({
  type: 'ec2:volume',
  service: 'EC2',
  client: (settings) => new EC2Client(settings),
  actions: ['ec2:DescribeVolumes'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'ec2:DescribeVolumes', async (client, token) => {
      const page = await client.send(new DescribeVolumesCommand({ MaxResults: 500, NextToken: token }));
      return { items: page.Volumes, next: page.NextToken };
    }),
  keeps: [
    'VolumeId',
    'VolumeType',
    'Size',
    'Iops',
    'Throughput',
    'State',
    'Encrypted',
    'AvailabilityZone',
    'CreateTime',
    'Attachments.InstanceId',
    'Tags.Key',
    'Tags.Value',
  ],
  map(volume, place) {
    if (!volume.VolumeId) return null;
    const instanceIds = (volume.Attachments ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
    return {
      arn: arnOf(place, 'ec2', `volume/${volume.VolumeId}`),
      id: volume.VolumeId,
      createdAt: volume.CreateTime,
      state: volume.State,
      tags: tagsOf(volume.Tags),
      attributes: {
        volumeType: volume.VolumeType,
        sizeGiB: volume.Size,
        iops: volume.Iops,
        throughputMiBps: volume.Throughput,
        isAttached: instanceIds.length > 0,
        isEncrypted: volume.Encrypted,
        zone: volume.AvailabilityZone,
      },
      relatedArns: instanceIds.map((id) => arnOf(place, 'ec2', `instance/${id}`)),
    };
  },
});
