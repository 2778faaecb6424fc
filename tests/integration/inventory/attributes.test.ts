import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminCredentials } from '../../simulated-aws/vendor';
import { epochDay } from '../../simulated-aws/world/clock';
import { resourcesAlive, type SimResource } from '../../simulated-aws/world/resources';
import { createWorkbench, PRODUCTION, STANDALONE, type Workbench } from '../../support/workbench';
import { resourcesOf, takeInventory, type ResourceRow } from './support';

type Attributes = SimResource['attributes'];

const ACCOUNTS = [PRODUCTION, STANDALONE];
const GIBIBYTE = 2 ** 30;
const asTheyAre = (attributes: Attributes): Attributes => attributes;

/** Of each type that the world gives attributes and that has a listing of its own: the world's words in ours. */
const TYPED: Readonly<Record<string, (attributes: Attributes) => Attributes>> = {
  'ec2:instance': asTheyAre,
  'ec2:volume': asTheyAre,
  'ec2:snapshot': ({ sizeGiB }) => ({ volumeSizeGiB: Number(sizeGiB) }),
  'ec2:natgateway': asTheyAre,
  'ecs:service': asTheyAre,
  'eks:cluster': asTheyAre,
  'rds:db': asTheyAre,
  'rds:cluster': asTheyAre,
  'rds:snapshot': asTheyAre,
  'elasticache:cluster': asTheyAre,
  'es:domain': asTheyAre,
  'redshift:cluster': asTheyAre,
  'logs:log-group': asTheyAre,
  'elasticfilesystem:file-system': ({ sizeGiB }) => ({ sizeBytes: Number(sizeGiB) * GIBIBYTE }),
};

let bench: Workbench;
const stored = new Map<string, ResourceRow>();
beforeAll(async () => {
  bench = await createWorkbench({ size: 'demo' });
  const ctx = await bench.newWorkspace();
  for (const account of ACCOUNTS) {
    const { id } = await bench.connect(ctx, { account });
    await takeInventory(bench, ctx, id);
    for (const row of await resourcesOf(bench, id)) stored.set(row.resource_id, row);
  }
}, 120_000);
afterAll(() => bench.close());

const ofType = (type: string) =>
  ACCOUNTS.flatMap((account) => resourcesAlive(bench.aws.world, account, epochDay(bench.clock.now()))).filter(
    (one) => one.type === type,
  );

describe('what is kept of a resource beside its name', () => {
  it.each(Object.keys(TYPED))('is what the world has of each %s', (type) => {
    const there = ofType(type);
    expect(there.length).toBeGreaterThan(0);
    for (const one of there) {
      const expected = TYPED[type]?.(one.attributes) ?? {};
      expect(Object.keys(expected).length).toBeGreaterThan(0);
      const row = stored.get(one.arn);
      expect({ ...row?.attributes, arn: one.arn }).toMatchObject({ ...expected, arn: one.arn });
      // AWS tells the zone of all of these that stand in one but of a gateway, which is in a subnet.
      if (one.zone !== '' && type !== 'ec2:natgateway') expect(row?.attributes['zone']).toBe(one.zone);
    }
  });

  it('tells resources of one type apart', () => {
    const kinds = (type: string, name: string) =>
      new Set(ofType(type).map((one) => stored.get(one.arn)?.attributes[name]));
    expect(kinds('ec2:instance', 'instanceType').size).toBeGreaterThan(1);
    expect(kinds('ec2:volume', 'sizeGiB').size).toBeGreaterThan(2);
    expect(kinds('rds:db', 'instanceClass').size).toBeGreaterThan(1);
  });
});

describe('what AWS answers to somebody else', () => {
  const settings = (region: string) => ({
    ...{ endpoint: bench.aws.url, region, credentials: adminCredentials(PRODUCTION) },
  });
  const regionsOf = (type: string) => [...new Set(ofType(type).map((one) => one.region))];

  it('is what is kept of an instance', async () => {
    let seen = 0;
    for (const region of regionsOf('ec2:instance')) {
      const client = new EC2Client(settings(region));
      const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ MaxResults: 1000 }));
      client.destroy();
      for (const instance of Reservations.flatMap((one) => one.Instances ?? [])) {
        seen += 1;
        const arn = `arn:aws:ec2:${region}:${PRODUCTION}:instance/${instance.InstanceId}`;
        expect(stored.get(arn)).toMatchObject({
          ...{ state: instance.State?.Name, region_id: region },
          attributes: {
            ...{ instanceType: instance.InstanceType, architecture: instance.Architecture },
            ...{ platform: instance.PlatformDetails, tenancy: instance.Placement?.Tenancy },
            ...{ zone: instance.Placement?.AvailabilityZone, lifecycle: 'on-demand' },
          },
        });
      }
    }
    expect(seen).toBeGreaterThan(1);
  });

  it('is what is kept of a database', async () => {
    let seen = 0;
    for (const region of regionsOf('rds:db')) {
      const client = new RDSClient(settings(region));
      const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({ MaxRecords: 100 }));
      client.destroy();
      for (const database of DBInstances) {
        seen += 1;
        expect(stored.get(database.DBInstanceArn ?? '')).toMatchObject({
          ...{ state: database.DBInstanceStatus, created_at: database.InstanceCreateTime },
          attributes: {
            ...{ engine: database.Engine, engineVersion: database.EngineVersion },
            ...{ instanceClass: database.DBInstanceClass, storageGiB: database.AllocatedStorage },
          },
        });
      }
    }
    expect(seen).toBeGreaterThan(1);
  });
});
