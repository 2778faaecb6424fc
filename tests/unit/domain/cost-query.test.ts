import { describe, expect, it } from 'vitest';
import { isFiltered, presets, rangeOfPreset, toSearchParams, type CostQuery } from '@/domain/cost-query';
import { parseCostQuery } from '@/features/costs/schemas';

const NOW = new Date('2026-11-24T10:00:00Z');

function parsed(address: string, now = NOW): CostQuery {
  const result = parseCostQuery(new URLSearchParams(address), now);
  if (!result.ok) throw new Error(JSON.stringify(result.fields));
  return result.query;
}

describe('rangeOfPreset', () => {
  it.each([
    ['mtd', '2026-11-24', '2026-11-01', '2026-11-24'],
    ['mtd', '2026-11-01', '2026-10-01', '2026-11-01'],
    ['mtd', '2027-01-01', '2026-12-01', '2027-01-01'],
    ['last-month', '2026-11-24', '2026-10-01', '2026-11-01'],
    ['last-month', '2027-01-31', '2026-12-01', '2027-01-01'],
    ['last-7', '2026-11-03', '2026-10-27', '2026-11-03'],
    ['last-30', '2026-11-24', '2026-10-25', '2026-11-24'],
    ['last-90', '2028-03-31', '2028-01-01', '2028-03-31'],
    ['last-6-months', '2026-11-24', '2026-05-01', '2026-11-01'],
    ['last-12-months', '2026-11-24', '2025-11-01', '2026-11-01'],
  ] as const)('%s on %s is [%s, %s)', (preset, today, start, end) => {
    expect(rangeOfPreset(preset, new Date(`${today}T12:00:00Z`))).toEqual({ start, end });
  });

  it('is never empty and never reaches into today, on any day of four years', () => {
    for (let time = Date.parse('2026-01-01'); time < Date.parse('2030-01-01'); time += 86_400_000) {
      const today = new Date(time).toISOString().slice(0, 10);
      for (const preset of presets) {
        const { start, end } = rangeOfPreset(preset, new Date(time));
        expect(start < end && end <= today).toBe(true);
      }
    }
  });
});

describe('the address of a page', () => {
  it('is empty for what everyone sees first', () => {
    expect(toSearchParams(parsed('')).toString()).toBe('');
  });

  it.each([
    '',
    'dates=last-30',
    'from=2026-11-01&to=2026-11-01',
    'from=2025-12-15&to=2026-11-23&by=region',
    'by=account&cost=unblended&credits=off&refunds=off&tax=off&currency=EUR',
    'service=Amazon+Elastic+Compute+Cloud+-+Compute&service=EC2+-+Other&account=a0123456789ab&region=eu-west-1',
    'region=',
    'service=a%26b%3Dc%23d%25e%2Bf',
    'service=%3Cscript%3E&service=%27%3B+drop+table+charge%3B--',
  ])('leads back to the same page: %s', (address) => {
    const query = parsed(address);
    expect(parsed(toSearchParams(query).toString())).toEqual(query);
    expect(toSearchParams(query).toString()).toBe(address);
  });

  it('is one and the same for equal queries, however they were written', () => {
    const query = parsed('by=service&cost=amortized&credits=on&dates=mtd&service=a&service=a');
    expect(toSearchParams(query).toString()).toBe('service=a');
  });

  it('keeps a preset a preset, so that it moves with the days', () => {
    const address = toSearchParams(parsed('dates=last-7')).toString();
    expect(parsed(address, new Date('2026-12-10T00:00:00Z')).range).toEqual({
      start: '2026-12-03',
      end: '2026-12-10',
    });
  });

  it('tells whether anything is filtered, "no region" too', () => {
    expect([isFiltered(parsed('')), isFiltered(parsed('region=')), isFiltered(parsed('tax=off'))]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it.each([
    ['dates=yesterday', 'dates'],
    ['from=2026-11-01', 'from'],
    ['to=2026-11-01', 'from'],
    ['from=2026-11-31&to=2026-12-01', 'from'],
    ['from=2026-11-10&to=2026-11-09', 'to'],
    ['from=2025-01-01&to=2026-11-01', 'to'],
    ['by=tag', 'by'],
    ['cost=net', 'cost'],
    ['credits=maybe', 'credits'],
    ['currency=usd', 'currency'],
    [`service=${'x'.repeat(201)}`, 'service.0'],
    [Array<string>(101).fill('account=a0123456789ab').join('&'), 'account'],
    ['account=447188201936', 'account.0'],
    ['account=a0123456789ab&account=447188201936', 'account.1'],
    ['account=a447188201936a', 'account.0'],
    ['account=A0123456789AB', 'account.0'],
    ['account=', 'account.0'],
  ])('that is not understood names what is not: %s', (address, field) => {
    const result = parseCostQuery(new URLSearchParams(address), NOW);
    expect(result.ok ? [] : Object.keys(result.fields)).toEqual([field]);
  });
});
