import { describe, expect, it } from 'vitest';
import { readTagParam, tagParam, withTagToggled } from '@/domain/tag-filter';
import { suggestRules } from '@/features/tags/suggest-rules';
import { reportTagOf } from '@/features/tags/tag-rule';

describe('a tag as a parameter', () => {
  it.each([
    ['Team', 'search'],
    ['a=b', 'c=d'],
    ['100%', '%3D'],
    ['%3D', ''],
    ['%253D=', '='],
  ])('comes back as it was: %s, %s', (key, value) => {
    expect(readTagParam(tagParam(key, value))).toEqual({ key, value });
  });

  it('is put on and taken off', () => {
    const [one, none] = [
      { key: 'a', value: 'x' },
      { key: 'a', value: null },
    ];
    expect(withTagToggled([], one)).toEqual([one]);
    expect(withTagToggled([one], none)).toEqual([one, none]);
    expect(withTagToggled([one, none], { ...one })).toEqual([none]);
  });
});

describe('spellings of one tag', () => {
  const line = (key: string, resources: number, rules: string[] = []) => ({ key, resources, rules });

  it('are found by what they have in common, the usual one first', () => {
    const keys = [
      line('env', 5),
      line('Environment', 9),
      line('cost-center', 2),
      line('CostCenter', 3),
      line('Team', 1),
    ];
    expect(suggestRules(keys)).toEqual([
      ['Environment', 'env'],
      ['CostCenter', 'cost-center'],
    ]);
  });

  it('are left alone where a rule joins them already', () => {
    expect(suggestRules([line('env', 5, ['Environment']), line('Env', 9)])).toEqual([]);
  });
});

describe('a rule', () => {
  it('compares values in one case where it ignores case, and forgets what changes nothing', () => {
    const synonyms = [
      { from: ' Prod', to: 'Production' },
      { from: 'PRODUCTION', to: 'production' },
    ];
    expect(reportTagOf('Env', { keys: ['env', 'env', 'Env'], ignoresCase: true, synonyms })).toEqual({
      ...{ name: 'Env', keys: ['env', 'Env'], ignoresCase: true, synonyms: { prod: 'production' } },
    });
    expect(reportTagOf('Env', { keys: ['env'], ignoresCase: false, synonyms }).synonyms).toEqual({
      ...{ ' Prod': 'Production', PRODUCTION: 'production' },
    });
  });
});
