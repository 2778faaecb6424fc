import { describe, expect, it } from 'vitest';
import { dimensions, metrics, presets, toSearchParams, type CostQuery } from '@/domain/cost-query';
import { parseCostQuery } from '@/features/costs/schemas';

const NOW = new Date('2027-03-18T10:00:00Z');
const parse = (address: string) => parseCostQuery(new URLSearchParams(address), NOW);

function understood(address: string): CostQuery {
  const parsed = parse(address);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.query;
}

describe('an address of the overview', () => {
  it.each([
    ['dates=yesterday', 'dates'],
    ['dates=', 'dates'],
    ['by=usage', 'by'],
    ['cost=net', 'cost'],
    ['credits=no', 'credits'],
    ['refunds=1', 'refunds'],
    ['tax=maybe', 'tax'],
    ['currency=usd', 'currency'],
    ['currency=DOLLARS', 'currency'],
    ['from=2027-02-30&to=2027-03-01', 'from'],
    ['from=2027-02-01&to=01.03.2027', 'to'],
    ['from=2027-02-01', 'from'],
    ['to=2027-02-01', 'from'],
    ['from=2027-03-02&to=2027-03-01', 'to'],
    ['from=2020-01-01&to=2027-03-01', 'to'],
  ])('T48 with nonsense is refused by its field: %s', (address, field) => {
    const parsed = parse(address);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? [] : Object.keys(parsed.fields)).toEqual([field]);
  });

  it('T48 with too much is refused by its field', () => {
    const many = Array.from({ length: 101 }, (_, index) => `service=s${index}`).join('&');
    for (const [address, field] of [
      [many, 'service'],
      [`region=${'r'.repeat(201)}`, 'region'],
    ] as const) {
      const parsed = parse(address);
      expect(parsed.ok ? '' : Object.keys(parsed.fields).join()).toMatch(new RegExp(`^${field}`));
    }
  });

  it('T48 names every field that is wrong at once', () => {
    const parsed = parse('by=x&cost=y&tax=z');
    expect(parsed.ok ? [] : Object.keys(parsed.fields).sort()).toEqual(['by', 'cost', 'tax']);
  });

  it('T49 comes back the same from every query', () => {
    const filters = [
      '',
      'service=Amazon S3&service=A%26B',
      'region=&region=eu-west-1',
      'account=a0123456789ab',
    ];
    const dates = [...presets.map((preset) => `dates=${preset}`), 'from=2027-01-31&to=2027-02-28'];
    for (const date of dates) {
      for (const by of dimensions) {
        for (const cost of metrics) {
          for (const filter of filters) {
            for (const flags of ['', 'credits=off&tax=off', 'refunds=off&currency=EUR']) {
              const query = understood([date, `by=${by}`, `cost=${cost}`, filter, flags].join('&'));
              expect(understood(toSearchParams(query).toString())).toEqual(query);
            }
          }
        }
      }
    }
  });

  it('T49 of equal queries is equal, and defaults do not stand in it', () => {
    expect(toSearchParams(understood('')).toString()).toBe('');
    expect(toSearchParams(understood('dates=mtd&by=service&cost=amortized&tax=on')).toString()).toBe('');
    expect(toSearchParams(understood('service=a&service=a')).toString()).toBe('service=a');
  });

  it('T49 that knows more than we do is read for what we know', () => {
    expect(understood('utm_source=mail&by=region')).toEqual(understood('by=region'));
  });
});
