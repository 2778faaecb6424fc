import { describe, expect, it } from 'vitest';
import { partsOfArn } from '../../../src/aws/collectors/arns';
import { keepOnly } from '../../../src/aws/collectors/collector';
import { collectors } from '../../../src/aws/collectors/registry';
import { taggedResources } from '../../../src/aws/collectors/tagged-resources';
import type { Calls, CollectedResource, Collector } from '../../../src/aws/collectors/types';
import { fakeAws, type Answer } from './collectors-fake';
import { ACCOUNT, answers, CREATED, REGION } from './collectors-samples';

const all = [...collectors, taggedResources];
const place = { accountId: ACCOUNT, region: REGION, partition: 'aws' };
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

async function collect(collector: Collector, answer?: Answer): Promise<CollectedResource[]> {
  const { clientFor } = fakeAws(answer);
  const calls: Calls = { sendTo: (service, make) => clientFor(service, make, REGION) };
  const found: CollectedResource[] = [];
  for await (const page of collector.pages(calls, place)) found.push(...page);
  return found;
}

function collectorOf(type: string): Collector {
  const collector = all.find((one) => one.type === type || one.covers.includes(type));
  if (!collector) throw new Error(`No collector of ${type}`);
  return collector;
}

const HAZARDS =
  `UserData userData Environment environment Variables MasterUsername MasterUserPassword Description
  description AccessPolicies Policy Endpoint endpoint DNSName Message events taskDefinition KeyName ClientToken
  LaunchConfigurationName Comment Origins CustomHeaders certificateAuthority identity PublicIpAddress PrivateDnsName
  StateReason StateTransitionReason DBName DatabaseName Owner CreationToken policyText Password AuthToken
  createdBy statistics configuration KeySchema AttributeDefinitions ItemCount repositoryUri DbiResourceId`.split(
    /\s+/,
  );

/** The same answer with a secret in every object of it, as text, as an object and as a list. */
function stuffed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stuffed);
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  // A map of tags has no fields of AWS.
  const inside = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isTagMap = key === 'tags' && !Array.isArray(inner);
      return [key, isTagMap ? inner : stuffed(inner)];
    }),
  );
  const secrets = HAZARDS.map((name, index) => {
    const text = `SECRET ${name}`;
    return [name, [text, { Value: text, Code: text }, [text]][index % 3]];
  });
  return { ...Object.fromEntries(secrets), ...inside };
}

describe('collectors', () => {
  it.each(all.map((collector) => [collector.type, collector] as const))(
    '%s answers whole resources of the account',
    async (_type, collector) => {
      const found = await collect(collector);
      expect(found.length).toBeGreaterThan(0);
      for (const resource of found) {
        expect(partsOfArn(resource.arn), resource.arn).not.toBeNull();
        expect(resource).toMatchObject({ accountId: ACCOUNT });
        for (const text of [resource.id, resource.name, resource.type, resource.region])
          expect(text).not.toBe('');
        expect(resource.state).toBe(resource.state.toLowerCase());
        for (const value of Object.values(resource.attributes)) expect(value).not.toBeUndefined();
        if (collector !== taggedResources) expect(collector.covers).toContain(resource.type);
        if (collector.tags === 'by-arn') expect(resource.tags).toEqual({});
      }
      if (collector.tags === 'in-answer') {
        expect(found[0]).toMatchObject({ tags: { Name: 'shop', team: 'payments' }, name: 'shop' });
      }
    },
  );

  it.each(all.map((collector) => [collector.type, collector] as const))(
    '%s lets no secret of an answer through',
    async (_type, collector) => {
      const withSecrets: Answer = ({ service, command }) => {
        const answer = stuffed(answers.get(`${service} ${command}`));
        return typeof answer === 'object' && answer !== null ? answer : undefined;
      };
      const found = await collect(collector, withSecrets);
      expect(JSON.stringify(found)).not.toContain('SECRET');
      expect(found).toEqual(await collect(collector));
    },
  );

  it('takes the day of the first network interface for the day of a server', async () => {
    expect(await collect(collectorOf('ec2:instance'))).toEqual([
      {
        arn: arn('ec2', 'instance/i-0a1b'),
        id: 'i-0a1b',
        type: 'ec2:instance',
        name: 'shop',
        region: REGION,
        accountId: ACCOUNT,
        createdAt: CREATED,
        state: 'running',
        tags: { Name: 'shop', team: 'payments' },
        attributes: {
          instanceType: 'm6i.large',
          lifecycle: 'on-demand',
          architecture: 'x86_64',
          platform: 'Linux/UNIX',
          tenancy: 'default',
          zone: 'eu-west-1a',
        },
        relatedArns: [],
      },
    ]);
  });

  it('relates disks, snapshots and addresses to what they belong to', async () => {
    const related = async (type: string) => (await collect(collectorOf(type))).map((one) => one.relatedArns);
    expect(await related('ec2:volume')).toEqual([[arn('ec2', 'instance/i-0a1b')]]);
    expect(await related('ec2:snapshot')).toEqual([[arn('ec2', 'volume/vol-0a')], []]);
    expect(await related('ec2:elastic-ip')).toEqual([[arn('ec2', 'instance/i-0a1b')], []]);
    expect(await related('ec2:natgateway')).toEqual([[arn('ec2', 'elastic-ip/eipalloc-0a')]]);
    expect(await related('rds:db')).toEqual([[arn('rds', 'cluster:orders')]]);
    expect(await related('rds:snapshot')).toEqual([[arn('rds', 'db:legacy')]]);
    expect(await related('elasticache:cluster')).toEqual([[arn('elasticache', 'replicationgroup:sessions')]]);
    expect(await related('ecs:service')).toEqual([
      [arn('ecs', 'cluster/shop'), arn('elasticloadbalancing', 'targetgroup/web/6d0e')],
    ]);
  });

  it('says which addresses and log groups cost for nothing', async () => {
    const addresses = await collect(collectorOf('ec2:elastic-ip'));
    expect(addresses.map(({ attributes }) => attributes['isAssociated'])).toEqual([true, false]);
    const [group] = await collect(collectorOf('logs:log-group'));
    expect(group).toMatchObject({
      arn: arn('logs', 'log-group:/aws/lambda/resize'),
      createdAt: CREATED,
      attributes: { sizeBytes: 2048, isKeptForEver: true },
    });
  });

  it('tells kinds and regions of tagged resources from their ARNs', async () => {
    const found = await collect(taggedResources);
    expect(found.map(({ type, id, region }) => [type, id, region])).toEqual([
      ['lambda:function', 'resize', REGION],
      ['cloudfront:distribution', 'E2QWRUHAPOMQZL', 'global'],
      ['ec2:volume', 'vol-0a', REGION],
      ['elasticloadbalancing:loadbalancer/app', 'app/web/50dc6c495c0c9188', REGION],
      ['elasticloadbalancing:loadbalancer', 'classic', REGION],
      ['s3:bucket', 'acme-media', REGION],
    ]);
  });

  it('goes on where a table or a cluster went between its listing and its description', async () => {
    const gone: Answer = ({ command, input }) => {
      if (command === 'ListTables') return { TableNames: ['gone', 'baskets'] };
      if (command === 'ListClusters') return { clusters: ['gone'] };
      if (
        (command === 'DescribeTable' || command === 'DescribeCluster') &&
        Object.values(input).includes('gone')
      ) {
        throw Object.assign(new Error('not found'), { name: 'ResourceNotFoundException' });
      }
      return undefined;
    };
    expect((await collect(collectorOf('dynamodb:table'), gone)).map(({ id }) => id)).toEqual(['baskets']);
    expect(await collect(collectorOf('eks:cluster'), gone)).toEqual([]);
  });

  it.each([
    ['ec2:volume', 'DescribeVolumes', 'NextToken', 'Volumes'],
    ['rds:db', 'DescribeDBInstances', 'Marker', 'DBInstances'],
    ['s3:bucket', 'ListBuckets', 'ContinuationToken', 'Buckets'],
    ['sns:topic', 'ListTopics', 'NextToken', 'Topics'],
    ['logs:log-group', 'DescribeLogGroups', 'nextToken', 'logGroups'],
  ])('%s follows its pages, one at a time', async (type, command, token, list) => {
    const collector = collectorOf(type);
    const whole = answers.get(`${collector.service} ${command}`);
    const asked: unknown[] = [];
    const threePages: Answer = ({ input }) => {
      const given = new Map<string, unknown>(Object.entries(input)).get(token);
      asked.push(given);
      const next = new Map<unknown, string>([
        [undefined, 'two'],
        ['two', 'three'],
      ]).get(given);
      // AWS may answer a page without items before the last.
      return { ...whole, ...(given === 'two' ? { [list]: [] } : {}), [token]: next };
    };
    const found = await collect(collector, threePages);
    expect(asked).toEqual([undefined, 'two', 'three']);
    expect(found).toHaveLength(2);
  });
});

describe('keepOnly', () => {
  it('drops what is not named, in lists and in objects inside', () => {
    const item = {
      Id: 'i-1',
      Secret: 'x',
      State: { Name: 'running', Secret: 'x' },
      Tags: [{ Key: 'a', Value: 'b', Secret: 'x' }],
      At: CREATED,
    };
    expect(keepOnly(item, ['Id', 'State.Name', 'Tags.Key', 'Tags.Value', 'At', 'Absent.Name'])).toEqual({
      Id: 'i-1',
      State: { Name: 'running' },
      Tags: [{ Key: 'a', Value: 'b' }],
      At: CREATED,
    });
  });
});

describe('partsOfArn', () => {
  it.each([
    ['arn:aws:sqs:eu-west-1:1:orders', 'sqs:queue', 'orders'],
    ['arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f', 'logs:log-group', '/aws/lambda/f'],
    ['arn:aws:apigateway:eu-west-1::/restapis/abc', 'apigateway:restapis', 'abc'],
    ['arn:aws:states:eu-west-1:1:stateMachine:pay', 'states:stateMachine', 'pay'],
    ['arn:aws-cn:ec2:cn-north-1:1:natgateway/nat-1', 'ec2:natgateway', 'nat-1'],
    [
      'arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/n/1',
      'elasticloadbalancing:loadbalancer/net',
      'net/n/1',
    ],
    ['arn:aws:glacier:eu-west-1:1:lonely', 'glacier', 'lonely'],
  ])('%s', (text, type, id) => {
    expect(partsOfArn(text)).toMatchObject({ type, id });
  });

  it.each(['', 'not-an-arn', 'arn:aws:s3', 'arn:aws::::x'])('refuses %j', (text) => {
    expect(partsOfArn(text)).toBeNull();
  });
});
