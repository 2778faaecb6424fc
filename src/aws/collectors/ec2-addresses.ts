import { DescribeAddressesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

/** Elastic IP addresses. The address itself is not kept: its id is enough to find and release it. */
export const ec2Addresses = defineCollector({
  type: 'ec2:elastic-ip',
  service: 'EC2',
  client: (settings) => new EC2Client(settings),
  actions: ['ec2:DescribeAddresses'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'ec2:DescribeAddresses', async (client) => {
      const { Addresses } = await client.send(new DescribeAddressesCommand({}));
      return { items: Addresses, next: undefined };
    }),
  keeps: ['AllocationId', 'AssociationId', 'InstanceId', 'NetworkInterfaceId', 'Tags.Key', 'Tags.Value'],
  map(address, place) {
    if (!address.AllocationId) return null;
    const users = [
      ...(address.InstanceId ? [`instance/${address.InstanceId}`] : []),
      ...(address.NetworkInterfaceId ? [`network-interface/${address.NetworkInterfaceId}`] : []),
    ];
    const isAssociated = Boolean(address.AssociationId) || users.length > 0;
    return {
      arn: arnOf(place, 'ec2', `elastic-ip/${address.AllocationId}`),
      id: address.AllocationId,
      state: isAssociated ? 'associated' : 'unassociated',
      tags: tagsOf(address.Tags),
      attributes: { isAssociated },
      relatedArns: users.map((resource) => arnOf(place, 'ec2', resource)),
    };
  },
});
