import { actions, type PermissionGroup } from './types';

export const databaseGroup: PermissionGroup = {
  id: 'resources-database',
  parameter: 'ReadDatabase',
  title: 'Database resources',
  purpose: 'Lists databases, caches, their snapshots and reservations, never what they hold',
  withoutIt: 'Without it database cost is shown by service, not by resource',
  default: true,
  statements: [
    {
      sid: 'Database',
      resource: '*',
      actions: [
        ...actions(
          'rds',
          `DescribeDBInstances DescribeDBClusters DescribeDBSnapshots DescribeDBClusterSnapshots
          DescribeDBInstanceAutomatedBackups DescribeGlobalClusters DescribeReservedDBInstances
          ListTagsForResource`,
        ),
        ...actions(
          'elasticache',
          `DescribeCacheClusters DescribeReplicationGroups DescribeServerlessCaches DescribeSnapshots
          DescribeReservedCacheNodes ListTagsForResource`,
        ),
        ...actions('memorydb', 'DescribeClusters DescribeSnapshots DescribeReservedNodes ListTags'),
        ...actions(
          'dynamodb',
          `ListTables DescribeTable DescribeContinuousBackups ListBackups DescribeReservedCapacity
          ListTagsOfResource`,
        ),
        ...actions('dax', 'DescribeClusters ListTags'),
        ...actions('docdb-elastic', 'ListClusters'),
        ...actions('neptune-graph', 'ListGraphs'),
        ...actions('timestream-influxdb', 'ListDbInstances'),
        ...actions('dsql', 'ListClusters'),
        ...actions(
          'redshift',
          'DescribeClusters DescribeClusterSnapshots DescribeReservedNodes DescribeTags',
        ),
        ...actions('redshift-serverless', 'ListWorkgroups ListNamespaces ListTagsForResource'),
        ...actions('dms', 'DescribeReplicationInstances ListTagsForResource'),
      ],
    },
  ],
};

// Left out on purpose: cloudfront:ListDistributions (origin header values can be secrets),
// directconnect:DescribeVirtualInterfaces (BGP keys), ec2:DescribeVpnConnections (pre-shared keys).
export const networkGroup: PermissionGroup = {
  id: 'resources-network',
  parameter: 'ReadNetwork',
  title: 'Network resources',
  purpose: 'Lists gateways, addresses, load balancers and connections',
  withoutIt: 'Without it network cost is shown by service, not by resource',
  default: true,
  statements: [
    {
      sid: 'Network',
      resource: '*',
      actions: [
        ...actions(
          'ec2',
          `DescribeAddresses DescribeNetworkInterfaces DescribePublicIpv4Pools DescribeNatGateways
          DescribeVpcs DescribeSubnets DescribeVpcEndpoints DescribeVpcPeeringConnections
          DescribeTransitGateways DescribeTransitGatewayAttachments DescribeVpnGateways`,
        ),
        ...actions(
          'elasticloadbalancing',
          'DescribeLoadBalancers DescribeTargetGroups DescribeTargetHealth DescribeTags',
        ),
        ...actions('route53', 'ListHostedZones ListTagsForResource'),
        ...actions('directconnect', 'DescribeConnections DescribeTags'),
        ...actions('globalaccelerator', 'ListAccelerators ListTagsForResource'),
        ...actions('network-firewall', 'ListFirewalls DescribeFirewall'),
        ...actions('wafv2', 'ListWebACLs ListTagsForResource'),
        ...actions('vpc-lattice', 'ListServices'),
      ],
    },
  ],
};
