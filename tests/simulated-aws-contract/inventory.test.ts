import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, DescribeTableCommand, paginateListTables } from '@aws-sdk/client-dynamodb';
import {
  DescribeAddressesCommand,
  DescribeVolumesCommand,
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import { ECRClient, paginateDescribeRepositories } from '@aws-sdk/client-ecr';
import { ECSClient, paginateListClusters } from '@aws-sdk/client-ecs';
import { EFSClient, paginateDescribeFileSystems } from '@aws-sdk/client-efs';
import { EKSClient, paginateListClusters as paginateEksClusters } from '@aws-sdk/client-eks';
import { ElastiCacheClient, paginateDescribeCacheClusters } from '@aws-sdk/client-elasticache';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { paginateDescribeDBInstances, paginateDescribeDBSnapshots, RDSClient } from '@aws-sdk/client-rds';
import { paginateDescribeClusters, RedshiftClient } from '@aws-sdk/client-redshift';
import {
  GetResourcesCommand,
  paginateGetResources,
  type GetResourcesCommandInput,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { paginateListBuckets, S3Client } from '@aws-sdk/client-s3';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulatedAws, type SimulatedAws } from '../simulated-aws/server';
import { adminCredentials } from '../simulated-aws/vendor';
import { DAY_MS, epochDay } from '../simulated-aws/world/clock';
import { inventoryOf, resourcesAlive } from '../simulated-aws/world/resources';
import { MEMBER, settings } from './clients';

let aws: SimulatedAws;
beforeAll(async () => {
  aws = await startSimulatedAws({ size: 'demo' });
});
afterAll(() => aws.close());

const today = () => epochDay(aws.clock.now());
const idsOf = (type: string, region: string) =>
  resourcesAlive(aws.world, MEMBER, today())
    .filter((one) => one.type === type && one.region === region)
    .map(({ id }) => id);

/** The region with most resources of a type, so that there are pages. */
function busiest(type: string): string {
  const regions = resourcesAlive(aws.world, MEMBER, today()).flatMap((one) =>
    one.type === type ? one.region : [],
  );
  const count = (region: string) => regions.filter((one) => one === region).length;
  return regions.sort((a, b) => count(b) - count(a))[0] ?? 'us-east-1';
}

async function all<T>(pages: AsyncIterable<T>, idsIn: (page: T) => (string | undefined)[] | undefined) {
  const found: (string | undefined)[] = [];
  let count = 0;
  for await (const page of pages) {
    count += 1;
    found.push(...(idsIn(page) ?? []));
  }
  return { ids: found.sort(), count };
}

type Listing = (configured: ReturnType<typeof settings>) => ReturnType<typeof all>;
const pageSize = 2;

async function* balancerPages(client: ElasticLoadBalancingV2Client) {
  let Marker: string | undefined;
  do {
    const page = await client.send(new DescribeLoadBalancersCommand({ PageSize: pageSize, Marker }));
    yield page;
    Marker = page.NextMarker;
  } while (Marker);
}

const LISTINGS: Record<string, Listing> = {
  'ec2:instance': (s) =>
    all(paginateDescribeInstances({ client: new EC2Client(s), pageSize }, {}), (page) =>
      page.Reservations?.flatMap((one) => one.Instances?.map(({ InstanceId }) => InstanceId) ?? []),
    ),
  'ec2:volume': (s) =>
    all(paginateDescribeVolumes({ client: new EC2Client(s), pageSize }, {}), (page) =>
      page.Volumes?.map(({ VolumeId }) => VolumeId),
    ),
  'ec2:snapshot': (s) =>
    all(paginateDescribeSnapshots({ client: new EC2Client(s), pageSize }, { OwnerIds: ['self'] }), (page) =>
      page.Snapshots?.map(({ SnapshotId }) => SnapshotId),
    ),
  // Its paginator takes no size of a page.
  'elasticloadbalancing:loadbalancer/app': (s) =>
    all(balancerPages(new ElasticLoadBalancingV2Client(s)), (page) =>
      page.LoadBalancers?.map(({ LoadBalancerArn }) => LoadBalancerArn?.split(':loadbalancer/')[1]),
    ),
  'rds:db': (s) =>
    all(paginateDescribeDBInstances({ client: new RDSClient(s), pageSize }, {}), (page) =>
      page.DBInstances?.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier),
    ),
  'rds:snapshot': (s) =>
    all(paginateDescribeDBSnapshots({ client: new RDSClient(s), pageSize }, {}), (page) =>
      page.DBSnapshots?.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier),
    ),
  'elasticache:cluster': (s) =>
    all(paginateDescribeCacheClusters({ client: new ElastiCacheClient(s), pageSize }, {}), (page) =>
      page.CacheClusters?.map(({ CacheClusterId }) => CacheClusterId),
    ),
  'redshift:cluster': (s) =>
    all(paginateDescribeClusters({ client: new RedshiftClient(s), pageSize }, {}), (page) =>
      page.Clusters?.map(({ ClusterIdentifier }) => ClusterIdentifier),
    ),
  's3:bucket': (s) =>
    all(
      paginateListBuckets(
        { client: new S3Client({ ...s, forcePathStyle: true }), pageSize },
        { BucketRegion: s.region },
      ),
      (page) => page.Buckets?.map(({ Name }) => Name),
    ),
  'dynamodb:table': (s) =>
    all(paginateListTables({ client: new DynamoDBClient(s), pageSize }, {}), (page) => page.TableNames),
  'elasticfilesystem:file-system': (s) =>
    all(paginateDescribeFileSystems({ client: new EFSClient(s), pageSize }, {}), (page) =>
      page.FileSystems?.map(({ FileSystemId }) => FileSystemId),
    ),
  'eks:cluster': (s) =>
    all(paginateEksClusters({ client: new EKSClient(s), pageSize }, {}), (page) => page.clusters),
  sqs: (s) =>
    all(paginateListQueues({ client: new SQSClient(s), pageSize }, {}), (page) =>
      page.QueueUrls?.map((url) => url.split('/').at(-1)),
    ),
  'logs:log-group': (s) =>
    all(paginateDescribeLogGroups({ client: new CloudWatchLogsClient(s), pageSize }, {}), (page) =>
      page.logGroups?.map(({ logGroupName }) => logGroupName),
    ),
  'ecr:repository': (s) =>
    all(paginateDescribeRepositories({ client: new ECRClient(s), pageSize }, {}), (page) =>
      page.repositories?.map(({ repositoryName }) => repositoryName),
    ),
};

describe('listings of the simulated account', () => {
  it.each(Object.entries(LISTINGS))('%s comes page by page, each resource once', async (type, listing) => {
    const region = busiest(type);
    const expected = idsOf(type, region).sort();
    expect(expected.length).toBeGreaterThan(0);
    const { ids, count } = await listing(settings(aws, adminCredentials(MEMBER), region));
    expect(ids).toEqual(expected);
    expect(count).toBeGreaterThanOrEqual(Math.ceil(expected.length / pageSize));
  });

  it('pages streams by their token', async () => {
    const region = busiest('kinesis:stream');
    const client = new KinesisClient({
      ...settings(aws, adminCredentials(MEMBER), region),
      // The simulator speaks no HTTP/2, which this client alone would take.
      requestHandler: new NodeHttpHandler(),
    });
    const { StreamSummaries, NextToken, HasMoreStreams } = await client.send(
      new ListStreamsCommand({ Limit: 1 }),
    );
    const expected = idsOf('kinesis:stream', region);
    expect(StreamSummaries?.map(({ StreamName }) => StreamName)).toEqual(expected.slice(0, 1));
    expect(HasMoreStreams).toBe(expected.length > 1);
    expect(Boolean(NextToken)).toBe(expected.length > 1);
  });

  it('pages clusters, among them those that services run in', async () => {
    const region = busiest('ecs:service');
    const client = new ECSClient(settings(aws, adminCredentials(MEMBER), region));
    const { ids } = await all(paginateListClusters({ client, pageSize: 1 }, {}), (page) => page.clusterArns);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('tags of the simulated account', () => {
  const client = (region: string) =>
    new ResourceGroupsTaggingAPIClient(settings(aws, adminCredentials(MEMBER), region));

  it('lists what has a tag, of all kinds, in the region; what belongs to none in us-east-1', async () => {
    const { ids } = await all(
      paginateGetResources({ client: client('us-east-1'), pageSize: 7 }, {}),
      (page) => page.ResourceTagMappingList?.map(({ ResourceARN }) => ResourceARN),
    );
    const expected = resourcesAlive(aws.world, MEMBER, today()).filter(
      ({ region, tags }) => ['us-east-1', 'global'].includes(region) && Object.keys(tags).length > 0,
    );
    expect(ids).toEqual(expected.map(({ arn }) => arn).sort());
    expect(expected.some(({ region }) => region === 'global')).toBe(true);
  });

  it('takes a hundred ARNs a call, and no paging beside them', async () => {
    const [one, two] = resourcesAlive(aws.world, MEMBER, today()).filter(
      ({ region, tags }) => region === 'us-east-1' && Object.keys(tags).length > 0,
    );
    const wanted = [one?.arn ?? '', 'arn:aws:sqs:us-east-1:1:absent'];
    const ask = (input: GetResourcesCommandInput) => client('us-east-1').send(new GetResourcesCommand(input));
    const { ResourceTagMappingList } = await ask({ ResourceARNList: wanted });
    expect(ResourceTagMappingList?.map(({ ResourceARN }) => ResourceARN)).toEqual([one?.arn]);
    await expect(ask({ ResourceARNList: [two?.arn ?? ''], ResourcesPerPage: 10 })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const many = Array.from({ length: 101 }, (_, index) => `arn:aws:sqs:us-east-1:1:q${index}`);
    await expect(ask({ ResourceARNList: many })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('what the simulated account refuses', () => {
  it('knows no credentials in a region that is not switched on, in the words of each service', async () => {
    const off = settings(aws, adminCredentials(MEMBER), 'af-south-1');
    await expect(new EC2Client(off).send(new DescribeAddressesCommand({}))).rejects.toMatchObject({
      name: 'AuthFailure',
    });
    await expect(
      all(paginateListTables({ client: new DynamoDBClient(off) }, {}), () => []),
    ).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    await expect(
      all(paginateDescribeDBInstances({ client: new RDSClient(off) }, {}), () => []),
    ).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('refuses tokens that it did not give, and tables that are not there', async () => {
    const here = settings(aws, adminCredentials(MEMBER), 'us-east-1');
    await expect(
      new EC2Client(here).send(new DescribeVolumesCommand({ NextToken: 'mine' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(
      new DynamoDBClient(here).send(new DescribeTableCommand({ TableName: 'absent' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('shows what comes and goes with the days', async () => {
    const fleeting = inventoryOf(aws.world, MEMBER).resources.find(
      ({ region, tags, createdDay, deletedDay }) =>
        region !== 'global' &&
        Object.keys(tags).length > 0 &&
        createdDay <= today() &&
        (deletedDay ?? 0) > today(),
    );
    const { arn = '', region = 'us-east-1', deletedDay = 0 } = fleeting ?? {};
    const client = new ResourceGroupsTaggingAPIClient(settings(aws, adminCredentials(MEMBER), region));
    const shown = async () =>
      (await client.send(new GetResourcesCommand({ ResourceARNList: [arn] }))).ResourceTagMappingList?.length;
    expect(await shown()).toBe(1);
    aws.clock.set(new Date((deletedDay ?? 0) * DAY_MS + 1000));
    expect(await shown()).toBe(0);
    aws.clock.reset();
  });
});
