import { DescribeNatGatewaysCommand, EC2Client } from '@aws-sdk/client-ec2';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

export const ec2NatGateways = defineCollector({
  type: 'ec2:natgateway',
  service: 'EC2',
  client: (settings) => new EC2Client(settings),
  actions: ['ec2:DescribeNatGateways'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'ec2:DescribeNatGateways', async (client, token) => {
      const page = await client.send(new DescribeNatGatewaysCommand({ MaxResults: 1000, NextToken: token }));
      return { items: page.NatGateways, next: page.NextToken };
    }),
  keeps: [
    'NatGatewayId',
    'State',
    'ConnectivityType',
    'CreateTime',
    'VpcId',
    'SubnetId',
    'NatGatewayAddresses.AllocationId',
    'Tags.Key',
    'Tags.Value',
  ],
  map(gateway, place) {
    if (!gateway.NatGatewayId || gateway.State === 'deleted') return null;
    const addressIds = (gateway.NatGatewayAddresses ?? []).flatMap(({ AllocationId }) => AllocationId ?? []);
    return {
      arn: arnOf(place, 'ec2', `natgateway/${gateway.NatGatewayId}`),
      id: gateway.NatGatewayId,
      createdAt: gateway.CreateTime,
      state: gateway.State,
      tags: tagsOf(gateway.Tags),
      attributes: {
        connectivityType: gateway.ConnectivityType,
        vpcId: gateway.VpcId,
        subnetId: gateway.SubnetId,
      },
      relatedArns: addressIds.map((id) => arnOf(place, 'ec2', `elastic-ip/${id}`)),
    };
  },
});
