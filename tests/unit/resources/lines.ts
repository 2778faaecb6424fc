import { add, changePercent } from '@/domain/money';
import type { ResourceFacets, ResourceLine, ResourceList, SpanCost } from '@/features/resources/resources';

export const cost = (now: string, before: string): SpanCost => ({
  now,
  before,
  change: changePercent(now, before),
});

export function lineOf(number: number, more: Partial<ResourceLine> = {}): ResourceLine {
  return {
    ref: `r${String(number).padStart(16, '0')}`,
    id: `i-${String(number).padStart(17, '0')}`,
    name: `web-${number}`,
    ...{ type: 'ec2:instance', typeLabel: 'EC2 instance' },
    service: 'Amazon Elastic Compute Cloud - Compute',
    region: 'eu-central-1',
    account: { ref: 'a0123456789ab', label: 'Production' },
    ...{ state: 'running', isGone: false, firstSeen: '2026-08-30', lastSeen: '2026-11-27' },
    source: 'export',
    costs: {
      '7': cost('7.1234567', '7'),
      '30': cost('30.5', '0'),
      '90': cost('90', '100'),
      month: cost('27', '27'),
    },
    ...more,
  };
}

/** A list that holds the lines and no others, of 30 days. */
export function listOf(lines: readonly ResourceLine[], more: Partial<ResourceList> = {}): ResourceList {
  const now = add(...lines.map((line) => line.costs?.['30']?.now ?? '0'));
  const before = add(...lines.map((line) => line.costs?.['30']?.before ?? '0'));
  return {
    ...{ currency: 'USD', currencies: ['USD'], asOf: '2026-11-28' },
    range: { start: '2026-10-29', end: '2026-11-28' },
    ...{ total: lines.length, priced: lines.length, ...cost(now, before), offset: 0, lines, groups: [] },
    ...more,
  };
}

export const facets: ResourceFacets = {
  types: [
    { id: 'ec2:instance', label: 'EC2 instance', resources: 12 },
    { id: 's3:bucket', label: 'S3 bucket', resources: 3 },
  ],
  services: [{ id: 'Amazon Simple Storage Service', label: 'Amazon S3', resources: 3 }],
  accounts: [
    { id: 'a0123456789ab', label: 'Production', resources: 14 },
    { id: '', label: '999999999999', resources: 1 },
  ],
  regions: [
    { id: 'eu-central-1', label: 'eu-central-1', resources: 14 },
    { id: '', label: 'No region', resources: 1 },
  ],
  tags: [
    {
      ...{ key: 'Team', resources: 9 },
      values: [
        { value: 'search', resources: 5 },
        { value: '', resources: 4 },
      ],
    },
    { key: 'a=b', resources: 1, values: [{ value: 'x', resources: 1 }] },
  ],
};
