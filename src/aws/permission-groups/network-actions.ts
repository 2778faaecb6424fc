import { feature, tagsOf, type ActionNote } from './types';

// Left out on purpose: cloudfront:ListDistributions (origin header values can be secrets),
// directconnect:DescribeVirtualInterfaces (BGP keys), ec2:DescribeVpnConnections (pre-shared keys).
export const networkActions: readonly ActionNote[] = [
  ...feature('Address inventory', [
    [
      'ec2:DescribeAddresses',
      'Fixed public addresses, what each is attached to, and tags',
      'Addresses and ids; finds the ones that are paid for and unused',
    ],
    [
      'ec2:DescribeNetworkInterfaces',
      'Interface ids, addresses, subnet, owner, description and tags',
      'Addresses and descriptions; no traffic is seen',
    ],
    [
      'ec2:DescribePublicIpv4Pools',
      'Ranges of public addresses that you brought or were given',
      'Ranges and counts only',
    ],
  ]),
  ...feature('Network inventory', [
    [
      'ec2:DescribeNatGateways',
      'Gateway ids, addresses, subnet, state and tags',
      'Ids and addresses; no traffic is seen',
    ],
    ['ec2:DescribeVpcs', 'Network ids, address ranges and tags', 'Ranges and ids; flow logs are not granted'],
    [
      'ec2:DescribeSubnets',
      'Subnet ids, zones, address ranges, free addresses and tags',
      'Ranges and counts; nothing in the subnet is opened',
    ],
    [
      'ec2:DescribeVpcEndpoints',
      'Endpoint ids, service, state, network ids and access policy',
      'The policy is rules, not data; nothing passes through Belvedere',
    ],
    [
      'ec2:DescribeVpcPeeringConnections',
      'Links between networks: ids, account numbers, ranges and state',
      'Ids and ranges of both sides; links cannot be made or accepted',
    ],
    [
      'ec2:DescribeTransitGateways',
      'Transit gateway ids, owner, options and tags',
      'Settings only; routes are not granted',
    ],
    [
      'ec2:DescribeTransitGatewayAttachments',
      'What is attached to a transit gateway, by id and account',
      'Ids and states; no traffic is seen',
    ],
    [
      'ec2:DescribeVpnGateways',
      'VPN gateway ids, state and attached networks',
      'The connections, which hold keys, are another action, which is not granted',
    ],
  ]),
  ...feature('Load balancer inventory', [
    [
      'elasticloadbalancing:DescribeLoadBalancers',
      'Names, types, public addresses, zones, networks and state',
      'Names and addresses; requests and access logs are not read',
    ],
    [
      'elasticloadbalancing:DescribeTargetGroups',
      'Names, ports, health check path and load balancers of a target group',
      'Settings only; a health check path is one that you wrote',
    ],
    [
      'elasticloadbalancing:DescribeTargetHealth',
      'Targets of a group by id or address, and whether each is healthy',
      'Ids and states; finds load balancers that serve nothing',
    ],
    tagsOf('elasticloadbalancing:DescribeTags', 'a load balancer or target group', 'requests are not read'),
  ]),
  ...feature('DNS zone inventory', [
    [
      'route53:ListHostedZones',
      'Zone names, comments, record counts, public or private',
      'Names and comments that you wrote; the records are not granted',
    ],
    tagsOf('route53:ListTagsForResource', 'a zone or health check', 'records are not granted'),
  ]),
  ...feature('Connection inventory', [
    [
      'directconnect:DescribeConnections',
      'Connection ids, names, place, bandwidth, partner and state',
      'Can name an encryption key by its id, never the key itself',
    ],
    tagsOf(
      'directconnect:DescribeTags',
      'a Direct Connect line',
      'virtual interfaces with their keys are not granted',
    ),
    [
      'globalaccelerator:ListAccelerators',
      'Names, fixed addresses, public name and state',
      'Addresses that are public anyway',
    ],
    tagsOf('globalaccelerator:ListTagsForResource', 'an accelerator', 'traffic is not seen'),
  ]),
  ...feature('Firewall inventory', [
    [
      'network-firewall:ListFirewalls',
      'Names and ids of the network firewalls',
      'Names only; rules are not granted',
    ],
    [
      'network-firewall:DescribeFirewall',
      'Subnets, state, policy id and tags of one network firewall',
      'Names the policy by id; the rules in it are not granted',
    ],
    [
      'wafv2:ListWebACLs',
      'Names, ids and descriptions of the web access lists',
      'Descriptions that you wrote; rules and sampled requests are not granted',
    ],
    tagsOf('wafv2:ListTagsForResource', 'a web access list', 'sampled requests are not granted'),
  ]),
  ...feature('Connection inventory', [
    [
      'vpc-lattice:ListServices',
      'Names, ids, public names and state of the Lattice services',
      'Names and states; access policies are not granted',
    ],
  ]),
];
