import { describe, expect, it } from 'vitest';
import {
  AwsError,
  type CollectedResource,
  type InventoryPage,
  type TypeOutcome,
} from '../../../src/aws/port';
import { collectors } from '../../../src/aws/collectors/registry';
import { collectInventory, type InventoryRequest } from '../../../src/aws/collectors/run';
import { awsAnswer, fakeAws, type Answer, type FakeCall } from './collectors-fake';
import { ACCOUNT, answers } from './collectors-samples';

const REGIONS = ['eu-west-1', 'us-east-1'];
const TYPES = collectors.length + 1;

async function collect(answer: Answer = () => undefined, changes: Partial<InventoryRequest> = {}) {
  const aws = fakeAws(answer);
  const pages: InventoryPage[] = [];
  const outcomes: TypeOutcome[] = [];
  const run = collectInventory({
    clientFor: aws.clientFor,
    regions: REGIONS,
    accountId: ACCOUNT,
    signal: new AbortController().signal,
    onPage: async (page) => void pages.push(page),
    limits: { restsMs: [1] },
    ...changes,
  });
  for await (const outcome of run) outcomes.push(outcome);
  const resources = pages.flatMap((page): readonly CollectedResource[] => page.resources);
  return { ...aws, pages, outcomes, resources, gaps: outcomes.flatMap(({ gaps }) => gaps) };
}

const denied = () => {
  throw awsAnswer('AccessDeniedException', 400);
};
const isCall = (call: FakeCall, service: string, command: string, region?: string) =>
  call.service === service && call.command === command && (region ?? call.region) === call.region;

describe('the inventory of an account', () => {
  it('answers every type in every region, whole and with tags', async () => {
    const { outcomes, gaps, resources } = await collect();
    expect(gaps).toEqual([]);
    expect(outcomes).toHaveLength(TYPES * REGIONS.length);
    expect(outcomes.every(({ isComplete, tagsKnown }) => isComplete && tagsKnown)).toBe(true);
    const balancers = resources.filter(({ type }) => type === 'elasticloadbalancing:loadbalancer/app');
    expect(balancers).toHaveLength(REGIONS.length);
    for (const { name, tags } of balancers)
      expect({ name, tags }).toMatchObject({ name: 'shop', tags: { team: 'payments' } });
    const queue = resources.find(({ type }) => type === 'sqs:queue');
    expect(queue).toMatchObject({ name: 'orders.fifo', tags: {} });
  });

  it('counts what it handed on', async () => {
    const { outcomes, pages } = await collect();
    const counted = outcomes.reduce((sum, { resources }) => sum + resources, 0);
    expect(counted).toBe(pages.reduce((sum, { resources }) => sum + resources.length, 0));
    expect(counted).toBeGreaterThan(TYPES);
  });

  it('lets tags stand in only for types that have no listing, or whose own failed', async () => {
    const usual = await collect();
    const tagged = (pages: InventoryPage[]) =>
      pages
        .filter((page) => page.type === 'tagged')
        .flatMap(({ resources }) => resources.map(({ type }) => type));
    expect(new Set(tagged(usual.pages))).toEqual(
      new Set(['lambda:function', 'cloudfront:distribution', 'elasticloadbalancing:loadbalancer']),
    );
    const without = await collect((call) =>
      isCall(call, 'EC2', 'DescribeVolumes', 'eu-west-1') ? denied() : undefined,
    );
    const standIn = without.pages.filter(({ type, region }) => type === 'tagged' && region === 'eu-west-1');
    expect(standIn.flatMap(({ resources }) => resources.map(({ type }) => type))).toContain('ec2:volume');
  });

  it('leaves a gap with its reason where an action is denied, and goes on with the rest', async () => {
    const { outcomes, gaps, resources } = await collect((call) =>
      isCall(call, 'RDS', 'DescribeDBInstances', 'us-east-1') ? denied() : undefined,
    );
    expect(gaps).toEqual([
      {
        type: 'rds:db',
        region: 'us-east-1',
        action: 'rds:DescribeDBInstances',
        reason: 'permission-missing',
        message: 'The role does not grant this action.',
      },
    ]);
    expect(outcomes).toHaveLength(TYPES * REGIONS.length);
    expect(outcomes.filter(({ isComplete }) => !isComplete)).toHaveLength(1);
    expect(resources.some(({ type, region }) => type === 'rds:db' && region === 'eu-west-1')).toBe(true);
  });

  it('keeps what a listing told when the tags are denied, and says that they are not known', async () => {
    const { outcomes, gaps, pages } = await collect(({ command }) =>
      command === 'GetResources' ? denied() : undefined,
    );
    const queues = outcomes.filter(({ type }) => type === 'sqs:queue');
    expect(queues).toHaveLength(REGIONS.length);
    for (const outcome of queues)
      expect(outcome).toMatchObject({ isComplete: true, tagsKnown: false, resources: 1 });
    expect(pages.filter(({ type }) => type === 'sqs:queue').every(({ tagsKnown }) => !tagsKnown)).toBe(true);
    expect(pages.filter(({ type }) => type === 'ec2:volume').every(({ tagsKnown }) => tagsKnown)).toBe(true);
    expect(new Set(gaps.map(({ action }) => action))).toEqual(new Set(['tag:GetResources']));
  });

  it.each([
    ['EC2', 'AuthFailure'],
    ['RDS', 'InvalidClientTokenId'],
    ['ECS', 'UnrecognizedClientException'],
  ])('closes a region that knows no credentials, as %s says it', async (service, name) => {
    const { outcomes, gaps, calls } = await collect(
      (call) => {
        if (call.region === 'us-east-1')
          throw awsAnswer(call.service === service ? name : 'AuthFailure', 401);
        return undefined;
      },
      { limits: { atOnce: 1 } },
    );
    expect(gaps).toHaveLength(TYPES);
    for (const gap of gaps) {
      expect(gap).toMatchObject({
        region: 'us-east-1',
        reason: 'region-disabled',
        message: 'The region is not switched on in the account.',
      });
    }
    expect(outcomes.filter(({ isComplete }) => isComplete)).toHaveLength(TYPES);
    // Once as it comes and once with new credentials; then the region is left alone.
    expect(calls.filter(({ region }) => region === 'us-east-1')).toHaveLength(2);
  });

  it('takes new credentials once before it closes a region', async () => {
    let refused = false;
    const { gaps } = await collect((call) => {
      if (isCall(call, 'EC2', 'DescribeInstances', 'us-east-1') && !refused) {
        refused = true;
        throw awsAnswer('AuthFailure', 401);
      }
      return undefined;
    });
    expect(refused).toBe(true);
    expect(gaps).toEqual([]);
  });

  it.each([
    ['AuthorizationErrorException', 403, 'permission-missing'],
    ['OptInRequired', 403, 'data-unavailable'],
    ['InvalidParameterException', 400, 'invalid-request'],
    ['ServiceUnavailable', 503, 'unavailable'],
  ])('states %s (%i) as %s', async (name, status, reason) => {
    const { gaps, calls } = await collect((call) => {
      if (isCall(call, 'SNS', 'ListTopics', 'eu-west-1')) throw awsAnswer(name, status);
      return undefined;
    });
    expect(gaps).toMatchObject([
      { type: 'sns:topic', region: 'eu-west-1', action: 'sns:ListTopics', reason },
    ]);
    const tries = calls.filter((call) => isCall(call, 'SNS', 'ListTopics', 'eu-west-1')).length;
    expect(tries > 1).toBe(reason === 'unavailable');
  });

  it('slows down for a throttled service and loses nothing', async () => {
    let throttles = 0;
    const { gaps, resources } = await collect((call) => {
      if (isCall(call, 'EC2', 'DescribeVolumes', 'eu-west-1') && throttles < 7) {
        throttles += 1;
        throw awsAnswer('RequestLimitExceeded', 503);
      }
      return undefined;
    });
    expect(throttles).toBe(7);
    expect(gaps).toEqual([]);
    expect(resources.filter(({ type }) => type === 'ec2:volume')).toHaveLength(REGIONS.length);
  });

  it('gives up on a service that throttles for ever, and says so', async () => {
    const { gaps } = await collect((call) => {
      if (isCall(call, 'EFS', 'DescribeFileSystems', 'eu-west-1'))
        throw awsAnswer('ThrottlingException', 400);
      return undefined;
    });
    expect(gaps).toMatchObject([
      { type: 'elasticfilesystem:file-system', region: 'eu-west-1', reason: 'throttled' },
    ]);
  });

  it('lets a throttled service rest and the others go on', async () => {
    let throttledAt = 0;
    const after: { service: string; at: number }[] = [];
    await collect(
      (call) => {
        if (isCall(call, 'EC2', 'DescribeInstances', 'eu-west-1') && throttledAt === 0) {
          throttledAt = Date.now();
          throw awsAnswer('RequestLimitExceeded', 503);
        }
        if (throttledAt && call.region === 'eu-west-1') after.push({ service: call.service, at: Date.now() });
        return undefined;
      },
      { limits: { restsMs: [150], perServiceAndRegion: 1 } },
    );
    const first = (isWanted: (service: string) => boolean) =>
      Math.min(...after.filter(({ service }) => isWanted(service)).map(({ at }) => at)) - throttledAt;
    expect(first((service) => service === 'EC2')).toBeGreaterThanOrEqual(140);
    expect(first((service) => service !== 'EC2')).toBeLessThan(140);
  });

  it.each([
    [6, 1],
    [12, 2],
  ])(
    'runs %i listings at once and %i calls of a service in a region',
    async (atOnce, perServiceAndRegion) => {
      const { outcomes, mostAtOnce, mostInOnePlace } = await collect(undefined, {
        regions: ['eu-west-1'],
        limits: { atOnce, perServiceAndRegion },
      });
      expect(outcomes).toHaveLength(TYPES);
      expect(mostInOnePlace()).toBe(perServiceAndRegion);
      expect(mostAtOnce()).toBeGreaterThan(1);
      expect(mostAtOnce()).toBeLessThanOrEqual(atOnce);
    },
  );
});

describe('the end of a run', () => {
  it('throws where the role does not open', async () => {
    await expect(
      collect(() => {
        throw new AwsError('cannot-assume-role', 'AWS refuses the role.', false, 'sts:AssumeRole');
      }),
    ).rejects.toMatchObject({ kind: 'cannot-assume-role' });
  });

  it('throws what the taker of pages throws, and calls no more', async () => {
    const aws = fakeAws();
    const run = collect(undefined, {
      clientFor: aws.clientFor,
      onPage: () => Promise.reject(new Error('The disk is full')),
    });
    await expect(run).rejects.toThrow('The disk is full');
    const made = aws.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(aws.calls.length).toBe(made);
    expect(made).toBeLessThan(30);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const run = collect(undefined, {
      signal: controller.signal,
      onPage: async () => controller.abort(new Error('The connection was revoked')),
    });
    await expect(run).rejects.toThrow('The connection was revoked');
  });

  it('stops when nobody asks for more', async () => {
    const aws = fakeAws();
    const run = collectInventory({
      clientFor: aws.clientFor,
      regions: REGIONS,
      accountId: ACCOUNT,
      signal: new AbortController().signal,
      onPage: async () => undefined,
    });
    for await (const _outcome of run) break;
    expect(aws.calls.length).toBeLessThan(answers.size);
  });

  it('hands a page on before it asks for the next', async () => {
    const order: string[] = [];
    await collect(
      (call) => {
        if (!isCall(call, 'SNS', 'ListTopics', 'eu-west-1')) return undefined;
        order.push('asked');
        const isFirst = order.length === 1;
        return { ...answers.get('SNS ListTopics'), ...(isFirst ? { NextToken: 'two' } : {}) };
      },
      {
        onPage: async ({ type, region }) => {
          if (type !== 'sns:topic' || region !== 'eu-west-1') return;
          await new Promise((resolve) => setTimeout(resolve, 20));
          order.push('taken');
        },
      },
    );
    expect(order).toEqual(['asked', 'taken', 'asked', 'taken']);
  });
});
