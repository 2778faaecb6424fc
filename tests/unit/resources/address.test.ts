import { describe, expect, it } from 'vitest';
import { tagParam } from '@/domain/tag-filter';
import { parseResourceQuery, type ResourceQuery } from '@/features/resources/resource-query';
import { isOn, isSortedBy, sortedBy, toggled, withParam } from '@/features/resources/ui/address';

function read(text: string): ResourceQuery {
  const parsed = parseResourceQuery(new URLSearchParams(text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.query;
}

describe('the address of a list', () => {
  it('takes a filter on and off again', () => {
    const one = toggled('q=web', 'type', 'ec2:instance');
    const two = toggled(one, 'type', 'ec2:volume');
    expect(read(two)).toMatchObject({ search: 'web', type: ['ec2:instance', 'ec2:volume'] });
    expect(isOn(two, 'type', 'ec2:volume')).toBe(true);
    expect(toggled(two, 'type', 'ec2:instance')).toBe('q=web&type=ec2%3Avolume');
    expect(isOn(two, 'type', 'ec2')).toBe(false);
  });

  it('holds one value where there is one', () => {
    expect(withParam('span=7&state=gone', 'span', '90')).toBe('span=90&state=gone');
    expect(withParam('span=7&state=gone', 'state', null)).toBe('span=7');
  });

  it('names a tag and its value as the server reads them', () => {
    for (const tag of [
      { key: 'aws:cloudformation/stack', value: 'a=b & c' },
      { key: 'a=b%3D', value: '' },
    ]) {
      expect(read(toggled('', 'tag', tagParam(tag.key, tag.value))).tags).toEqual([tag]);
    }
  });
});

describe('a click on the head of a column', () => {
  it('sorts by it, and the other way round the second time', () => {
    const now = { sort: 'cost', isDescending: true, span: '30' } as const;
    const byName = read(sortedBy('q=web', now, { sort: 'name' }));
    expect(byName).toMatchObject({ sort: 'name', isDescending: false, search: 'web', span: '30' });
    expect(read(sortedBy('sort=name', byName, { sort: 'name' })).isDescending).toBe(true);
    expect(read(sortedBy('', now, { sort: 'cost', span: '30' })).isDescending).toBe(false);
  });

  it('makes the span of a cost column that of the page', () => {
    const now = { sort: 'cost', isDescending: true, span: '30' } as const;
    const text = sortedBy('dir=asc', now, { sort: 'cost', span: '90' });
    expect(read(text)).toMatchObject({ sort: 'cost', span: '90', isDescending: true });
    expect(sortedBy(text, read(text), { sort: 'cost', span: '30' })).toBe('');
    expect(isSortedBy(now, { sort: 'cost', span: '90' })).toBe(false);
    expect(isSortedBy(now, { sort: 'cost', span: '30' })).toBe(true);
  });
});
