import { describe, expect, it } from 'vitest';
import { searchedPlaces } from '@/features/inventory/finish-listing';
import { gapText, partsOfGapText } from '@/features/inventory/gap-text';
import { groupGaps } from '@/features/inventory/read-inventory';
import { outcome } from './listings';

const balancers = {
  covers: ['elasticloadbalancing:loadbalancer/app', 'elasticloadbalancing:loadbalancer/net'],
};

describe('where something would have been listed', () => {
  it('is each type that a complete listing covers, in its region', () => {
    const places = searchedPlaces([
      outcome('elasticloadbalancing:loadbalancer', 'eu-west-1', balancers),
      outcome('ec2:volume', 'eu-west-1', { isComplete: false }),
      outcome('ec2:volume', 'us-east-1'),
    ]);
    expect(places).toEqual({
      types: [...balancers.covers, 'ec2:volume'],
      regions: ['eu-west-1', 'eu-west-1', 'us-east-1'],
      taggedRegions: [],
      typesWithListing: [...balancers.covers, 'ec2:volume'],
    });
  });

  it.each<[string, [region: string, isComplete: boolean][], string[]]>([
    [
      'their home alone',
      [
        ['us-east-1', true],
        ['eu-west-1', false],
      ],
      ['us-east-1', 'global'],
    ],
    [
      'not another region',
      [
        ['us-east-1', false],
        ['eu-west-1', true],
      ],
      ['eu-west-1'],
    ],
    [
      'all regions without that home',
      [
        ['cn-north-1', true],
        ['cn-northwest-1', true],
      ],
      ['cn-north-1', 'cn-northwest-1', 'global'],
    ],
    [
      'no fewer than all',
      [
        ['cn-north-1', true],
        ['cn-northwest-1', false],
      ],
      ['cn-north-1'],
    ],
  ])('is for what belongs to no region %s', (_, regions, expected) => {
    const outcomes = regions.map(([region, isComplete]) => outcome('tagged', region, { isComplete }));
    expect(searchedPlaces(outcomes).taggedRegions).toEqual(expected);
  });
});

describe('what went left out', () => {
  it('is stored as one text that is read again whole', () => {
    const text = gapText({ reason: 'unavailable', message: 'No answer: later: perhaps.' });
    expect(partsOfGapText(text)).toEqual({ isDenied: false, message: 'No answer: later: perhaps.' });
    expect(partsOfGapText(gapText({ reason: 'permission-missing', message: 'Not granted.' }))).toEqual({
      isDenied: true,
      message: 'Not granted.',
    });
  });

  it('is told once for an action and a reason, the denied first', () => {
    const denied = gapText({ reason: 'permission-missing', message: 'Not granted.' });
    const down = gapText({ reason: 'unavailable', message: 'Not there.' });
    const gapOf = (resourceType: string, regionId: string, action: string | null, reason: string | null) => ({
      ...{ resourceType, regionId, action, reason },
    });
    const groups = groupGaps([
      gapOf('s3:bucket', 'us-east-1', 'tag:GetResources', down),
      gapOf('tagged', 'us-east-1', 'tag:GetResources', denied),
      gapOf('tagged', 'eu-west-1', 'tag:GetResources', denied),
      gapOf('s3:bucket', 'eu-west-1', 'tag:GetResources', denied),
      gapOf('rds:db', 'eu-west-1', 'rds:DescribeDBInstances', denied),
      gapOf('rds:db', 'us-east-1', null, null),
    ]);
    expect(groups).toEqual([
      {
        ...{ action: 'rds:DescribeDBInstances', isDenied: true, message: 'Not granted.' },
        ...{ types: ['rds:db'], regions: ['eu-west-1'] },
      },
      {
        ...{ action: 'tag:GetResources', isDenied: true, message: 'Not granted.' },
        ...{ types: ['s3:bucket', 'tagged'], regions: ['eu-west-1', 'us-east-1'] },
      },
      {
        ...{ action: 'tag:GetResources', isDenied: false, message: 'Not there.' },
        ...{ types: ['s3:bucket'], regions: ['us-east-1'] },
      },
    ]);
  });
});
