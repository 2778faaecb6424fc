import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { partsOfArn } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';

const TYPE = 'elasticloadbalancing:loadbalancer';

export const loadBalancers = defineCollector({
  type: TYPE,
  covers: [`${TYPE}/app`, `${TYPE}/net`, `${TYPE}/gwy`],
  service: 'Elastic Load Balancing',
  client: (settings) => new ElasticLoadBalancingV2Client(settings),
  actions: ['elasticloadbalancing:DescribeLoadBalancers'],
  tags: 'by-arn',
  list: (call) =>
    paged(call, 'elasticloadbalancing:DescribeLoadBalancers', async (client, token) => {
      const page = await client.send(new DescribeLoadBalancersCommand({ PageSize: 400, Marker: token }));
      return { items: page.LoadBalancers, next: page.NextMarker };
    }),
  keeps: [
    'LoadBalancerArn',
    'LoadBalancerName',
    'Type',
    'Scheme',
    'State.Code',
    'IpAddressType',
    'CreatedTime',
    'VpcId',
  ],
  map(balancer) {
    const parts = partsOfArn(balancer.LoadBalancerArn ?? '');
    if (!balancer.LoadBalancerArn || !parts) return null;
    return {
      arn: balancer.LoadBalancerArn,
      id: parts.id,
      type: parts.type,
      name: balancer.LoadBalancerName,
      createdAt: balancer.CreatedTime,
      state: balancer.State?.Code,
      attributes: {
        kind: balancer.Type,
        scheme: balancer.Scheme,
        ipAddressType: balancer.IpAddressType,
        vpcId: balancer.VpcId,
      },
    };
  },
});
