import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { lineItemsOf, openDuck, textRows } from './duck';

let duck: DuckDBConnection;
beforeAll(async () => {
  duck = await openDuck();
});

const EC2 = 'Amazon Elastic Compute Cloud';
const COMPUTE = 'Amazon Elastic Compute Cloud - Compute';
const OTHER = 'EC2 - Other';
const FOCUS = {
  BilledCost: '1',
  BillingAccountId: '111122223333',
  BillingCurrency: 'USD',
  BillingPeriodStart: '2026-11-01 00:00:00',
  ChargeCategory: 'Usage',
  ChargePeriodStart: '2026-11-05 00:00:00',
  EffectiveCost: '1',
  ProviderName: 'AWS',
};

async function serviceOf(row: Record<string, string>): Promise<unknown> {
  const [item] = await lineItemsOf(duck, textRows([{ ...FOCUS, ...row }]));
  return item?.['service_name'];
}

describe('the name of a service', () => {
  it.each([
    ['BoxUsage:m5.large', COMPUTE],
    ['EUW1-BoxUsage:m5.large', COMPUTE],
    ['EUW1-SpotUsage:c5.xlarge', COMPUTE],
    ['APN1-DedicatedUsage:m5.large', COMPUTE],
    ['USW2-HostUsage:m5', COMPUTE],
    ['USW2-HostBoxUsage:m5.large', COMPUTE],
    ['USE1-ReservedHostUsage:mac2', COMPUTE],
    ['EUW1-HeavyUsage:m5.large', COMPUTE],
    ['EUW1-UnusedBox:m5.large', COMPUTE],
    ['EUW1-UnusedDed:m5.large', COMPUTE],
    ['EUW1-EBS:VolumeUsage.gp3', OTHER],
    ['EUW1-NatGateway-Bytes', OTHER],
    ['EUW1-CPUCredits:t3', OTHER],
    ['EUW1-DataTransfer-Out-Bytes', OTHER],
    ['EUW1-ElasticIP:IdleAddress', OTHER],
  ])('of Amazon EC2 with usage type %s is %s', async (usageType, expected) => {
    const row = { ServiceName: EC2, x_ServiceCode: 'AmazonEC2' };
    expect(await serviceOf({ ...row, x_UsageType: usageType })).toBe(expected);
    expect(await serviceOf({ ...row, SkuMeter: usageType })).toBe(expected);
    expect(await serviceOf({ ServiceName: EC2, x_UsageType: usageType })).toBe(expected);
  });

  it.each([
    ['RunInstances', 'Hrs', COMPUTE],
    ['RunInstances:0002', 'Hours', COMPUTE],
    ['RunInstances', 'GB', OTHER],
    ['CreateVolume-Gp3', 'GB-Mo', OTHER],
    ['NatGateway', 'Hrs', OTHER],
  ])('of Amazon EC2 without usage type goes by operation %s in %s', async (operation, unit, expected) => {
    const row = { ServiceName: EC2, x_ServiceCode: 'AmazonEC2', x_Operation: operation, PricingUnit: unit };
    expect(await serviceOf(row)).toBe(expected);
  });

  it.each([
    [{ ServiceName: 'Elastic Load Balancing' }, 'Amazon Elastic Load Balancing'],
    [{ ServiceName: EC2, x_ServiceCode: 'AmazonEC2', ChargeCategory: 'Tax' }, 'Tax'],
    [
      { ServiceName: 'Savings Plans for AWS Compute usage', ChargeCategory: 'Purchase' },
      'Savings Plans for AWS Compute usage',
    ],
    [
      {
        ServiceName: 'Amazon Elastic MapReduce',
        x_ServiceCode: 'ElasticMapReduce',
        x_UsageType: 'BoxUsage:m5',
      },
      'Amazon Elastic MapReduce',
    ],
    [{ ServiceName: EC2, x_UsageType: 'BoxUsage:m5.large', ProviderName: 'Somebody else' }, EC2],
    [{ ServiceName: 'Elastic Load Balancing', ProviderName: 'Somebody else' }, 'Elastic Load Balancing'],
    [
      { ServiceName: 'Virtual Machines', ProviderName: 'Microsoft', ChargeCategory: 'Tax' },
      'Virtual Machines',
    ],
  ])('of %j is %s', async (row, expected) => {
    expect(await serviceOf(row)).toBe(expected);
  });

  it('of a report is the product, and the product code where it has no name', async () => {
    const cur = {
      'bill/BillingPeriodStartDate': '2026-11-01T00:00:00Z',
      'bill/PayerAccountId': '111122223333',
      'lineItem/CurrencyCode': 'USD',
      'lineItem/LineItemType': 'Usage',
      'lineItem/UnblendedCost': '1',
      'lineItem/UsageStartDate': '2026-11-05T00:00:00Z',
    };
    const items = await lineItemsOf(
      duck,
      textRows([
        {
          ...cur,
          'lineItem/ProductCode': 'AmazonS3',
          'product/ProductName': 'Amazon Simple Storage Service',
        },
        {
          ...cur,
          'lineItem/ProductCode': 'AmazonEC2',
          'product/ProductName': EC2,
          'lineItem/UsageType': 'BoxUsage',
        },
        { ...cur, 'lineItem/ProductCode': 'AmazonEC2', 'lineItem/LineItemType': 'Tax' },
        { ...cur, 'lineItem/ProductCode': '8xk2marketplace', 'product/ProductName': '' },
      ]),
    );
    expect(items.map((item) => item['service_name'])).toEqual([
      'Amazon Simple Storage Service',
      COMPUTE,
      'Tax',
      '8xk2marketplace',
    ]);
  });
});
