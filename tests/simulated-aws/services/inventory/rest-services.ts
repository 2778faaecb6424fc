import { AwsError, json } from '../../http/aws-error';
import { createdSeconds, inventoryService, pageOf, pairs, textsOf } from './inventory-service';
import type { Asked } from './inventory-service';

function page({ request, here }: Asked, type: string, size: string, token: string) {
  const limit = Math.min(Number(request.query.get(size) ?? 100), 100);
  return pageOf(here(type), limit, request.query.get(token) ?? undefined);
}

export const eks = inventoryService('eks', {
  ListClusters(asked) {
    const { items, next } = page(asked, 'eks:cluster', 'maxResults', 'nextToken');
    return json({ clusters: items.map(({ id }) => id), nextToken: next });
  },
  DescribeCluster({ request, here }) {
    const name = decodeURIComponent(request.path.split('/').at(-1) ?? '');
    const cluster = here('eks:cluster').find(({ id }) => id === name);
    if (!cluster) throw new AwsError('ResourceNotFoundException', `No cluster found for name: ${name}.`, 404);
    return json({
      cluster: {
        name: cluster.id,
        arn: cluster.arn,
        version: cluster.attributes.version,
        status: 'ACTIVE',
        createdAt: createdSeconds(cluster),
        endpoint: `https://0A1B2C.gr7.${cluster.region}.eks.amazonaws.com`,
        certificateAuthority: { data: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t' },
        upgradePolicy: { supportType: 'STANDARD' },
        tags: cluster.tags,
      },
    });
  },
});

export const efs = inventoryService('elasticfilesystem', {
  DescribeFileSystems(asked) {
    const { items, next } = page(asked, 'elasticfilesystem:file-system', 'MaxItems', 'Marker');
    return json({
      FileSystems: items.map((system) => ({
        OwnerId: asked.accountId,
        CreationToken: 'made-by-hand',
        FileSystemId: system.id,
        FileSystemArn: system.arn,
        CreationTime: createdSeconds(system),
        LifeCycleState: 'available',
        Name: system.tags.Name,
        NumberOfMountTargets: 2,
        SizeInBytes: { Value: Number(system.attributes.sizeGiB) * 2 ** 30 },
        PerformanceMode: 'generalPurpose',
        ThroughputMode: 'elastic',
        Encrypted: true,
        Tags: pairs(system.tags),
      })),
      NextMarker: next,
    });
  },
});

export const openSearch = inventoryService('es', {
  ListDomainNames({ here }) {
    return json({
      DomainNames: here('es:domain').map(({ id }) => ({ DomainName: id, EngineType: 'OpenSearch' })),
    });
  },
  DescribeDomains({ request, here }) {
    const wanted = textsOf(request.input.DomainNames);
    if (wanted.length > 5) throw new AwsError('ValidationException', 'Up to 5 domains a call.');
    const domains = here('es:domain').filter(({ id }) => wanted.includes(id));
    return json({
      DomainStatusList: domains.map((domain) => ({
        DomainId: domain.id,
        DomainName: domain.id,
        ARN: domain.arn,
        Created: true,
        Deleted: false,
        Endpoint: `search-${domain.id}.${domain.region}.es.amazonaws.com`,
        AccessPolicies: '{"Version":"2012-10-17","Statement":[]}',
        EngineVersion: domain.attributes.engineVersion,
        ClusterConfig: { InstanceType: domain.attributes.instanceType, InstanceCount: 2 },
        EBSOptions: { EBSEnabled: true, VolumeType: 'gp3', VolumeSize: 100 },
      })),
    });
  },
});
