import { DescribeFileSystemsCommand, EFSClient } from '@aws-sdk/client-efs';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

export const efsFileSystems = defineCollector({
  type: 'elasticfilesystem:file-system',
  service: 'EFS',
  client: (settings) => new EFSClient(settings),
  actions: ['elasticfilesystem:DescribeFileSystems'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'elasticfilesystem:DescribeFileSystems', async (client, token) => {
      const page = await client.send(new DescribeFileSystemsCommand({ MaxItems: 100, Marker: token }));
      return { items: page.FileSystems, next: page.NextMarker };
    }),
  keeps: [
    'FileSystemArn',
    'FileSystemId',
    'Name',
    'LifeCycleState',
    'CreationTime',
    'SizeInBytes.Value',
    'SizeInBytes.ValueInIA',
    'SizeInBytes.ValueInArchive',
    'PerformanceMode',
    'ThroughputMode',
    'ProvisionedThroughputInMibps',
    'NumberOfMountTargets',
    'AvailabilityZoneName',
    'Tags.Key',
    'Tags.Value',
  ],
  map(system, place) {
    if (!system.FileSystemId) return null;
    return {
      arn: system.FileSystemArn ?? arnOf(place, 'elasticfilesystem', `file-system/${system.FileSystemId}`),
      id: system.FileSystemId,
      name: system.Name,
      createdAt: system.CreationTime,
      state: system.LifeCycleState,
      tags: tagsOf(system.Tags),
      attributes: {
        sizeBytes: system.SizeInBytes?.Value,
        infrequentAccessBytes: system.SizeInBytes?.ValueInIA ?? undefined,
        archiveBytes: system.SizeInBytes?.ValueInArchive ?? undefined,
        performanceMode: system.PerformanceMode,
        throughputMode: system.ThroughputMode,
        provisionedMiBps: system.ProvisionedThroughputInMibps,
        mountTargets: system.NumberOfMountTargets,
        zone: system.AvailabilityZoneName,
      },
    };
  },
});
