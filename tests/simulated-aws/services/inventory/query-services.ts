import { xml } from '../../http/aws-error';
import type { WireResponse } from '../../http/aws-error';
import { element, parent, queryResponse } from '../../http/xml';
import type { SimResource } from '../../world/resources';
import { createdAt, inventoryService, lastPart, pageOf } from './inventory-service';
import type { Asked } from './inventory-service';

interface Listing {
  /** The list and its items as the answer names them. */
  list: string;
  item: string;
  size?: string;
  tokenIn?: string;
  tokenOut?: string;
  most: number;
}

function listing(type: string, shape: Listing, fields: (resource: SimResource) => string) {
  const { list, item, size = 'MaxRecords', tokenIn = 'Marker', tokenOut = tokenIn, most } = shape;
  return ({ request, here }: Asked): WireResponse => {
    const limit = Math.min(Number(request.form.get(size) ?? most), most);
    const page = pageOf(here(type), limit, request.form.get(tokenIn) ?? undefined);
    const contents = page.items.map((resource) => parent(item, fields(resource))).join('');
    const result = parent(list, contents) + element(tokenOut, page.next);
    return xml(200, queryResponse(request.service, request.action, result, request.requestId));
  };
}

const tagList = (name: string, { tags }: SimResource): string =>
  parent(
    name,
    Object.entries(tags)
      .map(([key, value]) => parent('Tag', element('Key', key) + element('Value', value)))
      .join(''),
  );

const made = (name: string, resource: SimResource): string =>
  element(name, createdAt(resource).toISOString());

function engine({ attributes }: SimResource): string {
  return element('Engine', attributes.engine) + element('EngineVersion', attributes.engineVersion);
}

function endpoint({ name, region }: SimResource): string {
  return parent(
    'Endpoint',
    element('Address', `${name}.c1x2.${region}.rds.amazonaws.com`) + element('Port', 5432),
  );
}

export const rds = inventoryService('rds', {
  DescribeDBInstances: listing(
    'rds:db',
    { list: 'DBInstances', item: 'DBInstance', most: 100 },
    (resource) =>
      element('DBInstanceIdentifier', resource.id) +
      element('DBInstanceArn', resource.arn) +
      element('DBInstanceClass', resource.attributes.instanceClass) +
      element('DBInstanceStatus', 'available') +
      element('MasterUsername', 'dbadmin') +
      endpoint(resource) +
      engine(resource) +
      element('AllocatedStorage', resource.attributes.storageGiB) +
      element('StorageType', 'gp3') +
      element('MultiAZ', false) +
      element('AvailabilityZone', resource.zone) +
      made('InstanceCreateTime', resource) +
      tagList('TagList', resource),
  ),
  DescribeDBClusters: listing(
    'rds:cluster',
    { list: 'DBClusters', item: 'DBCluster', most: 100 },
    (resource) =>
      element('DBClusterIdentifier', resource.id) +
      element('DBClusterArn', resource.arn) +
      element('Status', 'available') +
      element('MasterUsername', 'dbadmin') +
      engine(resource) +
      made('ClusterCreateTime', resource) +
      tagList('TagList', resource),
  ),
  DescribeDBSnapshots: listing(
    'rds:snapshot',
    { list: 'DBSnapshots', item: 'DBSnapshot', most: 100 },
    (resource) =>
      element('DBSnapshotIdentifier', resource.id) +
      element('DBSnapshotArn', resource.arn) +
      element('DBInstanceIdentifier', lastPart(resource.relatedArns[0])) +
      element('SnapshotType', 'manual') +
      element('Status', 'available') +
      element('MasterUsername', 'dbadmin') +
      engine(resource) +
      element('AllocatedStorage', resource.attributes.storageGiB) +
      made('SnapshotCreateTime', resource) +
      tagList('TagList', resource),
  ),
  DescribeDBClusterSnapshots: listing(
    'rds:cluster-snapshot',
    { list: 'DBClusterSnapshots', item: 'DBClusterSnapshot', most: 100 },
    (resource) =>
      element('DBClusterSnapshotIdentifier', resource.id) +
      element('DBClusterSnapshotArn', resource.arn) +
      element('DBClusterIdentifier', lastPart(resource.relatedArns[0])) +
      engine(resource) +
      made('SnapshotCreateTime', resource) +
      tagList('TagList', resource),
  ),
});

export const elasticache = inventoryService('elasticache', {
  DescribeCacheClusters: listing(
    'elasticache:cluster',
    { list: 'CacheClusters', item: 'CacheCluster', most: 100 },
    (resource) =>
      element('CacheClusterId', resource.id) +
      element('ARN', resource.arn) +
      element('CacheNodeType', resource.attributes.nodeType) +
      element('NumCacheNodes', 1) +
      element('CacheClusterStatus', 'available') +
      element('PreferredAvailabilityZone', resource.zone) +
      engine(resource) +
      made('CacheClusterCreateTime', resource),
  ),
});

export const redshift = inventoryService('redshift', {
  DescribeClusters: listing(
    'redshift:cluster',
    { list: 'Clusters', item: 'Cluster', most: 100 },
    (resource) =>
      element('ClusterIdentifier', resource.id) +
      element('NodeType', resource.attributes.nodeType) +
      element('NumberOfNodes', 2) +
      element('ClusterStatus', 'available') +
      element('MasterUsername', 'dbadmin') +
      element('DBName', 'customers') +
      element('AvailabilityZone', resource.zone) +
      made('ClusterCreateTime', resource) +
      tagList('Tags', resource),
  ),
});

export const loadBalancing = inventoryService('elasticloadbalancing', {
  DescribeLoadBalancers: listing(
    'elasticloadbalancing:loadbalancer/app',
    { list: 'LoadBalancers', item: 'member', size: 'PageSize', tokenOut: 'NextMarker', most: 400 },
    (resource) =>
      element('LoadBalancerArn', resource.arn) +
      element('LoadBalancerName', resource.name) +
      element('DNSName', `${resource.name}.${resource.region}.elb.amazonaws.com`) +
      element('Type', 'application') +
      element('Scheme', 'internet-facing') +
      parent('State', element('Code', 'active')) +
      made('CreatedTime', resource),
  ),
});

export const sns = inventoryService('sns', {
  ListTopics: listing(
    'sns',
    { list: 'Topics', item: 'member', size: 'PageSize', tokenIn: 'NextToken', most: 100 },
    (resource) => element('TopicArn', resource.arn),
  ),
});
