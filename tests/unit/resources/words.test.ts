import { describe, expect, it } from 'vitest';
import {
  attributeLabel,
  attributeText,
  formatQuantity,
  resourceName,
} from '@/features/resources/ui/plain-words';
import { dailyCost } from '@/features/resources/ui/resource-days';
import { sourceWords } from '@/features/resources/ui/source-words';

describe('an attribute', () => {
  it.each([
    ['storageGiBPerNode', 'Storage GiB per node'],
    ['provisionedMiBps', 'Provisioned MiBps'],
    ['isMultiAz', 'Multi AZ'],
    ['isEncrypted', 'Encrypted'],
    ['vpcId', 'VPC id'],
    ['iops', 'IOPS'],
    ['issuer', 'Issuer'],
  ])('%s is called %s', (name, label) => {
    expect(attributeLabel(name)).toBe(label);
  });

  it.each([
    [true, 'Yes'],
    [false, 'No'],
    [1234567, '1,234,567'],
    [0.5, '0.5'],
    [-3, '-3'],
    ['', '–'],
    ['gp3', 'gp3'],
  ])('%j reads %s', (value, text) => {
    expect(attributeText(value)).toBe(text);
  });
});

describe('a quantity', () => {
  it.each([
    ['744.0000000000', '744'],
    ['1234.5678', '1,234.57'],
    ['0.0000012345', '0.00000123'],
    ['0', '0'],
    ['-2.5', '-2.5'],
  ])('%s reads %s', (quantity, text) => {
    expect(formatQuantity(quantity)).toBe(text);
  });
});

describe('the source of the figures', () => {
  it('is named with the last day that counts', () => {
    expect(sourceWords('2026-11-28', [{ source: 'export' }, { source: null }])).toBe(
      'From the billing export, to 27 Nov',
    );
    expect(sourceWords('2026-12-01', [{ source: null }])).toBe('From the billing export, to 30 Nov');
    expect(sourceWords('2026-11-28', [{ source: 'cost-explorer' }, { source: 'export' }])).toBe(
      'From the billing export and Cost Explorer, to 27 Nov',
    );
    expect(sourceWords('2026-11-28', [{ source: 'cost-explorer' }])).toBe('From Cost Explorer, to 27 Nov');
  });

  it('is none without line items', () => {
    expect(sourceWords(null, [{ source: null }])).toBe('No cost is loaded');
  });
});

it('gives every day of the range a bar, and those without a charge none of a cost', () => {
  const range = { start: '2026-11-26', end: '2026-11-29' };
  const found = dailyCost(range, [{ day: '2026-11-27', amount: '1.5' }], 'USD');
  expect(found.days).toEqual(['2026-11-26', '2026-11-27', '2026-11-28']);
  expect(found.amounts).toEqual(['0', '1.5', '0']);
});

it.each([
  ['web', 'i-1', 'web'],
  ['', 'i-1', 'i-1'],
  ['', 'arn:aws:ec2:eu-central-1:123456789012:instance/i-1', 'i-1'],
  ['', 'arn:aws:ecs:eu-central-1:123456789012:service/main/api', 'main/api'],
  ['', 'arn:aws:s3:::acme-logs', 'acme-logs'],
  ['', 'arn:aws:s3:::acme-logs/2027', 'acme-logs/2027'],
  ['', 'arn:aws:sns:eu-central-1:123456789012:alerts:0c1d', 'alerts:0c1d'],
  ['', 'arn:aws:apigateway:eu-central-1::/restapis/a1', '/restapis/a1'],
  ['', 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/x:*', '/aws/x:*'],
  ['', 'arn:odd', 'arn:odd'],
])('a resource named %j with the id %s is called %s', (name, id, words) => {
  expect(resourceName({ name, id })).toBe(words);
});
