import { DescribeInstancesCommand, EC2Client, type Instance } from '@aws-sdk/client-ec2';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

/** AWS tells the last start only; the first network interface stays from the first day to the last. */
function createdAt(instance: Instance): Date | undefined {
  const first = instance.NetworkInterfaces?.find((one) => one.Attachment?.DeviceIndex === 0);
  return first?.Attachment?.AttachTime ?? instance.LaunchTime;
}

export const ec2Instances = defineCollector({
  type: 'ec2:instance',
  service: 'EC2',
  client: (settings) => new EC2Client(settings),
  actions: ['ec2:DescribeInstances'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'ec2:DescribeInstances', async (client, token) => {
      const page = await client.send(new DescribeInstancesCommand({ MaxResults: 500, NextToken: token }));
      return {
        items: page.Reservations?.flatMap((reservation) => reservation.Instances ?? []),
        next: page.NextToken,
      };
    }),
  keeps: [
    'InstanceId',
    'InstanceType',
    'InstanceLifecycle',
    'Architecture',
    'PlatformDetails',
    'Placement.AvailabilityZone',
    'Placement.Tenancy',
    'State.Name',
    'LaunchTime',
    'NetworkInterfaces.Attachment.AttachTime',
    'NetworkInterfaces.Attachment.DeviceIndex',
    'Tags.Key',
    'Tags.Value',
  ],
  map(instance, place) {
    if (!instance.InstanceId || instance.State?.Name === 'terminated') return null;
    return {
      arn: arnOf(place, 'ec2', `instance/${instance.InstanceId}`),
      id: instance.InstanceId,
      createdAt: createdAt(instance),
      state: instance.State?.Name,
      tags: tagsOf(instance.Tags),
      attributes: {
        instanceType: instance.InstanceType,
        lifecycle: instance.InstanceLifecycle ?? 'on-demand',
        architecture: instance.Architecture,
        platform: instance.PlatformDetails,
        tenancy: instance.Placement?.Tenancy,
        zone: instance.Placement?.AvailabilityZone,
      },
    };
  },
});
