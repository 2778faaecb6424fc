import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAws } from '../../../src/aws/gateway';
import { defaultGroupIds } from '../../../src/aws/permissions';
import type {
  AwsCall,
  CallObserver,
  CollectedResource,
  InventoryPage,
  RoleTarget,
  TypeOutcome,
} from '../../../src/aws/port';
import { collectors } from '../../../src/aws/collectors/registry';
import { ROLE_NAME } from '../../../src/aws/permissions';
import { startSimulatedAws, type SimulatedAws } from '../../simulated-aws/server';
import { VENDOR_CREDENTIALS } from '../../simulated-aws/vendor';
import { DAY_MS, epochDay } from '../../simulated-aws/world/clock';
import { resourcesAlive, type SimResource } from '../../simulated-aws/world/resources';
import { playCustomer, type Customer } from '../../support/customer';

const ACCOUNT = '731904462850';
const EXTERNAL_ID = 'bv-5c1f0a9e27d84b36aa01';
const OWN_TYPES = new Set(collectors.flatMap(({ covers }) => covers));
// The world's spelling of the two kinds whose ARN tells none.
const SPELLED = new Map([
  ['sqs', 'sqs:queue'],
  ['sns', 'sns:topic'],
]);
const typeOf = ({ type }: SimResource): string => SPELLED.get(type) ?? type;

const target: RoleTarget = {
  connectionId: 'c0ffee',
  roleArn: `arn:aws:iam::${ACCOUNT}:role/${ROLE_NAME}`,
  awsAccountId: ACCOUNT,
  externalId: EXTERNAL_ID,
};

let aws: SimulatedAws;
let customer: Customer;
const before = { ...process.env };

beforeAll(async () => {
  aws = await startSimulatedAws({ size: 'demo' });
  process.env['AWS_ENDPOINT_URL'] = aws.url;
  process.env['AWS_ACCESS_KEY_ID'] = VENDOR_CREDENTIALS.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = VENDOR_CREDENTIALS.secretAccessKey;
  process.env['AWS_SESSION_TOKEN'] = VENDOR_CREDENTIALS.sessionToken;
  customer = playCustomer(aws.url);
  await customer.launch({ accountId: ACCOUNT, externalId: EXTERNAL_ID, groups: defaultGroupIds });
});

afterEach(() => aws.faults.clear());

afterAll(async () => {
  process.env = before;
  await aws.close();
});

async function collect(regions?: readonly string[]) {
  const calls: AwsCall[] = [];
  const observer: CallObserver = { before: async () => async (call) => void calls.push(call) };
  const session = createAws('eu-west-1').openInventory(target, observer, new AbortController().signal);
  const pages: InventoryPage[] = [];
  const outcomes: TypeOutcome[] = [];
  const asked = regions ?? (await session.enabledRegions());
  for await (const outcome of session.collect(asked, async (page) => void pages.push(page)))
    outcomes.push(outcome);
  const resources = pages.flatMap((page): readonly CollectedResource[] => page.resources);
  return { calls, pages, outcomes, resources, gaps: outcomes.flatMap(({ gaps }) => gaps) };
}

const alive = (): SimResource[] => resourcesAlive(aws.world, ACCOUNT, epochDay(aws.clock.now()));
const isTagged = ({ tags }: SimResource): boolean => Object.keys(tags).length > 0;
/** What there is to be found: all of the types that have a listing, and what else has a tag. */
const expected = (): SimResource[] => alive().filter((one) => OWN_TYPES.has(typeOf(one)) || isTagged(one));
const arnsOf = (resources: readonly { arn: string }[]): string[] => resources.map(({ arn }) => arn).sort();

/** Clusters that services run in, though the world has made no resource of them. */
function isImpliedCluster({ type, arn }: CollectedResource): boolean {
  return type === 'ecs:cluster' && !alive().some((one) => one.arn === arn);
}

describe('the inventory of a simulated account', () => {
  it('is every resource that is there today, each once, in all regions', async () => {
    const { resources, gaps, outcomes } = await collect();
    expect(gaps).toEqual([]);
    expect(outcomes.every(({ isComplete }) => isComplete)).toBe(true);
    const found = resources.filter((one) => !isImpliedCluster(one));
    expect(found.length).toBeGreaterThan(300);
    expect(new Set(found.map(({ region }) => region)).size).toBeGreaterThan(2);
    expect(arnsOf(found)).toEqual(arnsOf(expected()));
  });

  it('says of each what the world says', async () => {
    const { resources } = await collect();
    const byArn = new Map(resources.map((resource) => [resource.arn, resource]));
    for (const made of expected()) {
      const found = byArn.get(made.arn);
      expect(found, made.arn).toMatchObject({
        type: typeOf(made),
        region: made.region,
        accountId: ACCOUNT,
        tags: made.tags,
      });
      if (!OWN_TYPES.has(typeOf(made))) continue;
      expect(found, made.arn).toMatchObject({ id: made.id, name: made.tags['Name'] ?? found?.name });
      if (found?.createdAt) expect(found.createdAt.getTime(), made.arn).toBe(made.createdDay * DAY_MS);
      expect(found?.attributes, made.arn).toMatchObject(comparable(made));
      expect(found?.relatedArns, made.arn).toEqual(relatedToday(made));
    }
  });

  it('knows the day of creation of all types whose listing tells it', async () => {
    const { resources } = await collect(['eu-west-1', 'us-east-1']);
    const without = new Set(
      resources.filter((one) => !one.createdAt && OWN_TYPES.has(one.type)).map(({ type }) => type),
    );
    expect([...without].sort()).toEqual([
      'ec2:elastic-ip',
      'ecs:cluster',
      'es:domain',
      'sns:topic',
      'sqs:queue',
    ]);
  });

  it('holds nothing of what AWS answers besides', async () => {
    const { resources } = await collect(['eu-west-1', 'us-east-1']);
    const text = JSON.stringify(resources);
    expect(text).toContain('m7i');
    const secrets = [
      'dbadmin',
      'amazonaws.com',
      'compute.internal',
      'operations',
      '198.51.100.7',
      'customer',
      'someone@acme.example',
      'LS0tLS1',
      'task-definition',
      'made-by-hand',
      'owner-of',
    ];
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('is written into the ledger of calls, all of them reads in the session of the connection', async () => {
    const { calls } = await collect(['eu-west-1']);
    expect(calls.length).toBeGreaterThan(collectors.length);
    expect(new Set(calls.map(({ sessionName }) => sessionName))).toEqual(new Set(['belvedere-c0ffee']));
    for (const { action } of calls) expect(action).toMatch(/^(Describe|List|GetResources|AssumeRole)/);
    expect(calls.filter(({ action }) => action === 'AssumeRole')).toHaveLength(1);
  });
});

/** An address whose instance is gone belongs to nothing; a service always runs in a cluster. */
function relatedToday({ type, arn, relatedArns }: SimResource): string[] {
  if (type === 'ec2:elastic-ip')
    return relatedArns.filter((one) => alive().some((other) => other.arn === one));
  if (type !== 'ecs:service' || relatedArns.length > 0) return relatedArns;
  return [arn.replace(/:service\/([^/]+)\/.*/, ':cluster/$1')];
}

/** Attributes in the names and units of the inventory. */
function comparable({ type, attributes }: SimResource): SimResource['attributes'] {
  const { sizeGiB, ...others } = attributes;
  if (sizeGiB === undefined) return attributes;
  if (type === 'ec2:snapshot') return { ...others, volumeSizeGiB: sizeGiB };
  if (type === 'elasticfilesystem:file-system') return { ...others, sizeBytes: Number(sizeGiB) * 2 ** 30 };
  return attributes;
}

describe('an account that does not answer everything', () => {
  it('has a gap for a denied action, and the rest', async () => {
    aws.faults.add({ kind: 'denied', service: 'rds', action: 'DescribeDBInstances' });
    const { gaps, resources } = await collect(['eu-west-1', 'us-east-1']);
    expect(gaps.map(({ type, region, action, reason }) => [type, region, action, reason]).sort()).toEqual([
      ['rds:db', 'eu-west-1', 'rds:DescribeDBInstances', 'permission-missing'],
      ['rds:db', 'us-east-1', 'rds:DescribeDBInstances', 'permission-missing'],
    ]);
    expect(resources.some(({ type }) => type === 'ec2:instance')).toBe(true);
    // Those with tags are found by them all the same.
    const databases = alive().filter(
      (one) => one.type === 'rds:db' && isTagged(one) && ['eu-west-1', 'us-east-1'].includes(one.region),
    );
    expect(databases.length).toBeGreaterThan(0);
    expect(arnsOf(resources.filter(({ type }) => type === 'rds:db'))).toEqual(arnsOf(databases));
  });

  it('has gaps for the groups of permissions that its owner struck', async () => {
    await customer.setPermissions(ACCOUNT, [
      'ec2:DescribeRegions',
      'ec2:DescribeVolumes',
      's3:ListAllMyBuckets',
    ]);
    const { gaps, outcomes, resources } = await collect(['eu-west-1']);
    expect(
      outcomes
        .filter(({ isComplete }) => isComplete)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['ec2:volume', 's3:bucket']);
    expect(outcomes.find(({ type }) => type === 's3:bucket')).toMatchObject({ tagsKnown: false });
    expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['permission-missing']));
    expect(new Set(resources.map(({ type }) => type))).toEqual(new Set(['ec2:volume', 's3:bucket']));
    await customer.deleteStack(ACCOUNT);
    await customer.launch({ accountId: ACCOUNT, externalId: EXTERNAL_ID, groups: defaultGroupIds });
  });

  it('closes a region that is not switched on', async () => {
    const { gaps, outcomes, resources } = await collect(['eu-west-1', 'af-south-1']);
    expect(gaps).toHaveLength(collectors.length + 1);
    for (const gap of gaps) expect(gap).toMatchObject({ region: 'af-south-1', reason: 'region-disabled' });
    expect(outcomes.filter(({ isComplete }) => isComplete)).toHaveLength(collectors.length + 1);
    expect(resources.length).toBeGreaterThan(0);
  });

  it('is asked again where it throttles, and nothing is lost', async () => {
    const usual = await collect(['eu-west-1']);
    aws.faults.add({ kind: 'throttle', service: 'ec2', times: 4 });
    aws.faults.add({ kind: 'throttle', service: 'tagging', times: 3 });
    aws.faults.add({ kind: 'throttle', service: 'dynamodb', times: 2 });
    const throttled = await collect(['eu-west-1']);
    expect(aws.faults.list().map(({ struck }) => struck)).toEqual([4, 3, 2]);
    expect(throttled.gaps).toEqual([]);
    expect(arnsOf(throttled.resources)).toEqual(arnsOf(usual.resources));
  });

  it('lends new credentials when the session ends in between', async () => {
    aws.faults.add({ kind: 'expired', service: 'ecs', times: 1 });
    const { gaps, calls } = await collect(['eu-west-1']);
    expect(gaps).toEqual([]);
    expect(calls.filter(({ action }) => action === 'AssumeRole')).toHaveLength(2);
  });

  it('is an error where the role does not open', async () => {
    const session = createAws('eu-west-1').openInventory(
      { ...target, externalId: 'bv-another-one' },
      { before: async () => async () => undefined },
      new AbortController().signal,
    );
    const run = session.collect(['eu-west-1'], async () => undefined);
    await expect(run.next()).rejects.toMatchObject({ kind: 'cannot-assume-role' });
  });
});
