import { AwsError, json } from '../../http/aws-error';
import type { SimResource } from '../../world/resources';
import {
  createdSeconds,
  inventoryService,
  lowerPairs,
  numberOf,
  pageOf,
  pairs,
  textOf,
  textsOf,
} from './inventory-service';
import type { Asked } from './inventory-service';

const notFound = (what: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Requested resource not found: ${what}`);

/** Of the resources of a type, those of a page; `size` and `token` name the parameters, `most` caps the page. */
function page(asked: Asked, type: string, size: string, token: string, most: number) {
  const { input } = asked.request;
  const limit = Math.min(numberOf(input[size], most), most);
  return pageOf(asked.here(type), limit, textOf(input[token]));
}

export const dynamodb = inventoryService('dynamodb', {
  ListTables(asked) {
    const { input } = asked.request;
    const after = textOf(input.ExclusiveStartTableName) ?? '';
    const limit = Math.min(numberOf(input.Limit, 100), 100);
    const names = asked
      .here('dynamodb:table')
      .map(({ id }) => id)
      .filter((id) => id > after)
      .sort();
    const TableNames = names.slice(0, limit);
    const last = names.length > limit ? TableNames.at(-1) : undefined;
    return json({ TableNames, LastEvaluatedTableName: last });
  },
  DescribeTable({ request, here }) {
    const name = textOf(request.input.TableName) ?? '';
    const table = here('dynamodb:table').find(({ id }) => id === name);
    if (!table) throw notFound(`Table: ${name}`);
    return json({
      Table: {
        TableName: table.id,
        TableArn: table.arn,
        TableStatus: 'ACTIVE',
        CreationDateTime: createdSeconds(table),
        TableSizeBytes: 0,
        ItemCount: 0,
        KeySchema: [{ AttributeName: 'customerEmail', KeyType: 'HASH' }],
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      },
    });
  },
});

export const kinesis = inventoryService('kinesis', {
  ListStreams(asked) {
    const { items, next } = page(asked, 'kinesis:stream', 'Limit', 'NextToken', 100);
    return json({
      StreamNames: items.map(({ id }) => id),
      HasMoreStreams: next !== undefined,
      NextToken: next,
      StreamSummaries: items.map((stream) => ({
        StreamName: stream.id,
        StreamARN: stream.arn,
        StreamStatus: 'ACTIVE',
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        StreamCreationTimestamp: createdSeconds(stream),
      })),
    });
  },
});

export const sqs = inventoryService('sqs', {
  ListQueues(asked) {
    const { items, next } = page(asked, 'sqs', 'MaxResults', 'NextToken', 1000);
    const { region } = asked.request;
    return json({
      QueueUrls: items.map(({ id }) => `https://sqs.${region}.amazonaws.com/${asked.accountId}/${id}`),
      NextToken: next,
    });
  },
});

export const logs = inventoryService('logs', {
  DescribeLogGroups(asked) {
    const { items, next } = page(asked, 'logs:log-group', 'limit', 'nextToken', 50);
    return json({
      logGroups: items.map((group) => ({
        logGroupName: group.id,
        arn: `${group.arn}:*`,
        logGroupArn: group.arn,
        logGroupClass: 'STANDARD',
        creationTime: createdSeconds(group) * 1000,
        retentionInDays: group.attributes.retentionDays,
        storedBytes: 0,
      })),
      nextToken: next,
    });
  },
});

export const ecr = inventoryService('ecr', {
  DescribeRepositories(asked) {
    const { items, next } = page(asked, 'ecr:repository', 'maxResults', 'nextToken', 1000);
    return json({
      repositories: items.map((repository) => ({
        repositoryArn: repository.arn,
        repositoryName: repository.id,
        repositoryUri: `${asked.accountId}.dkr.ecr.${repository.region}.amazonaws.com/${repository.id}`,
        registryId: asked.accountId,
        imageTagMutability: 'MUTABLE',
        createdAt: createdSeconds(repository),
      })),
      nextToken: next,
    });
  },
});

const MOST_ARNS = 100;

/** Where the Tagging API shows a resource: what belongs to no region is shown in us-east-1. */
const taggingRegionOf = ({ region }: SimResource): string => (region === 'global' ? 'us-east-1' : region);

export const tagging = inventoryService('tag', {
  GetResources({ request, all }) {
    const { ResourceARNList: wanted, ResourcesPerPage: size, PaginationToken: token } = request.input;
    const isByArn = wanted !== undefined;
    if (isByArn && (size !== undefined || token !== undefined)) {
      throw new AwsError('InvalidParameterException', 'ResourceARNList cannot be combined with paging.');
    }
    const arns = new Set(textsOf(wanted));
    if (arns.size > MOST_ARNS) {
      throw new AwsError(
        'InvalidParameterException',
        `ResourceARNList may name up to ${MOST_ARNS} resources.`,
      );
    }
    const tagged = all.filter(
      (resource) =>
        taggingRegionOf(resource) === request.region &&
        Object.keys(resource.tags).length > 0 &&
        (!isByArn || arns.has(resource.arn)),
    );
    const { items, next } = pageOf(tagged, Math.min(numberOf(size, 100), 100), textOf(token) || undefined);
    return json({
      PaginationToken: next ?? '',
      ResourceTagMappingList: items.map(({ arn, tags }) => ({ ResourceARN: arn, Tags: pairs(tags) })),
    });
  },
});

const clusterArnOf = ({ arn, relatedArns }: SimResource): string =>
  relatedArns[0] ?? arn.replace(/:service\/([^/]+)\/.*$/, ':cluster/$1');

/** The clusters of the region; one that still has services was not deleted. */
function clusterArns({ here }: Asked): string[] {
  const own = here('ecs:cluster').map(({ arn }) => arn);
  return [...new Set([...own, ...here('ecs:service').map(clusterArnOf)])];
}

export const ecs = inventoryService('ecs', {
  ListClusters(asked) {
    const { input } = asked.request;
    const limit = Math.min(numberOf(input.maxResults, 100), 100);
    const { items, next } = pageOf(clusterArns(asked), limit, textOf(input.nextToken));
    return json({ clusterArns: items, nextToken: next });
  },
  DescribeClusters(asked) {
    const { input } = asked.request;
    const byArn = new Map(asked.here('ecs:cluster').map((cluster) => [cluster.arn, cluster]));
    const wanted = new Set(textsOf(input.clusters));
    const clusters = clusterArns(asked).filter((arn) => wanted.has(arn));
    const withTags = textsOf(input.include).includes('TAGS');
    return json({
      clusters: clusters.map((arn) => ({
        clusterArn: arn,
        clusterName: arn.split('/').at(-1),
        status: 'ACTIVE',
        runningTasksCount: 0,
        activeServicesCount: asked.here('ecs:service').filter((one) => clusterArnOf(one) === arn).length,
        tags: withTags ? lowerPairs(byArn.get(arn)?.tags ?? {}) : [],
      })),
      failures: [],
    });
  },
  ListServices(asked) {
    const { input } = asked.request;
    const services = asked.here('ecs:service').filter((one) => clusterArnOf(one) === input.cluster);
    const limit = Math.min(numberOf(input.maxResults, 10), 100);
    const { items, next } = pageOf(services, limit, textOf(input.nextToken));
    return json({ serviceArns: items.map(({ arn }) => arn), nextToken: next });
  },
  DescribeServices(asked) {
    const { input } = asked.request;
    const wanted = textsOf(input.services);
    if (wanted.length > 10) throw new AwsError('InvalidParameterException', 'services may name up to 10.');
    const withTags = textsOf(input.include).includes('TAGS');
    const services = asked.here('ecs:service').filter(({ arn }) => wanted.includes(arn));
    return json({
      services: services.map((service) => ({
        serviceArn: service.arn,
        serviceName: service.id,
        clusterArn: clusterArnOf(service),
        status: 'ACTIVE',
        launchType: service.attributes.launchType,
        desiredCount: 2,
        runningCount: 2,
        taskDefinition: service.arn.replace(':service/', ':task-definition/'),
        events: [{ id: '1', message: 'deployed by someone@acme.example' }],
        createdAt: createdSeconds(service),
        tags: withTags ? lowerPairs(service.tags) : [],
      })),
      failures: [],
    });
  },
});
