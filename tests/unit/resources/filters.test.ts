import { describe, expect, it } from 'vitest';
import { parseResourceQuery, type ResourceQuery } from '@/features/resources/resource-query';
import {
  facetsForBrowser,
  filterSections,
  tagKeys,
  tagOptions,
} from '@/features/resources/ui/filter-options';
import { chipsOf, detailText, groupHref, isFiltered } from '@/features/resources/ui/links';
import { cost, facets } from './lines';

function read(text: string): ResourceQuery {
  const parsed = parseResourceQuery(new URLSearchParams(text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.query;
}

const readHref = (href: string | null) => read((href ?? '?nothing').split('?')[1] ?? '');

describe('the filter', () => {
  const titles = (text: string) => filterSections(facets, text).map(({ title }) => title);

  it('offers everything but tag values until something is typed', () => {
    expect(titles('')).toEqual(['State', 'Type', 'Service', 'Account', 'Region']);
    expect(tagKeys(facets, '').map(({ key }) => key)).toEqual(['Team', 'a=b']);
  });

  it('finds by label, by what the provider writes, and by a tag’s value', () => {
    expect(titles('s3')).toEqual(['Type', 'Service']);
    expect(filterSections(facets, 'Simple Storage')[0]?.options).toMatchObject([{ label: 'Amazon S3' }]);
    expect(filterSections(facets, 'sear')).toEqual([
      {
        title: 'Tag values',
        options: [{ name: 'tag', value: 'Team=search', label: 'Team: search', resources: 5 }],
        more: 0,
      },
    ]);
    expect(titles('nobody has this')).toEqual([]);
  });

  it('leaves out what no address can name', () => {
    const accounts = filterSections(facets, '').find(({ title }) => title === 'Account');
    expect(accounts?.options.map(({ label }) => label)).toEqual(['Production']);
  });

  it('names a key with an equals sign so that it is read as one', () => {
    const [, strange] = facets.tags;
    if (!strange) throw new Error('no such tag');
    const [, option] = tagOptions(strange, '');
    expect(read(new URLSearchParams({ tag: option?.value ?? '' }).toString()).tags).toEqual([
      { key: 'a=b', value: 'x' },
    ]);
  });

  it('says how many more there are than it shows', () => {
    const types = Array.from({ length: 45 }, (_, at) => ({ id: `t${at}`, label: `T${at}`, resources: 1 }));
    const found = filterSections({ ...facets, types }, 't').find(({ title }) => title === 'Type');
    expect([found?.options.length, found?.more]).toEqual([40, 5]);
  });

  it('offers a tag’s absence, its values, and the value that is typed', () => {
    const [team] = facets.tags;
    if (!team) throw new Error('no such tag');
    expect(tagOptions(team, '').map(({ name, value }) => `${name} ${value}`)).toEqual([
      ...['untagged Team', 'tag Team=search', 'tag Team='],
    ]);
    expect(tagOptions(team, 'billing').map(({ value }) => value)).toEqual(['Team=billing']);
    expect(tagOptions(team, 'search').map(({ value }) => value)).toEqual(['Team=search']);
  });

  it('sends a browser the usual values of a tag only', () => {
    const values = Array.from({ length: 200 }, (_, at) => ({ value: `v${at}`, resources: 1 }));
    const sent = facetsForBrowser({ ...facets, tags: [{ key: 'Name', resources: 200, values }] });
    expect(sent.tags[0]?.values.length).toBe(40);
    expect(sent.types).toEqual(facets.types);
  });
});

describe('the chips', () => {
  const text =
    'type=s3%3Abucket&account=a0123456789ab&account=a0000000000ff&region=&tag=Team%3Dsearch&untagged=Env&state=gone&group=type';

  it('say each filter in words and lead to the list without it', () => {
    const query = read(text);
    const chips = chipsOf(query, facets);
    expect(chips.map(({ label }) => label)).toEqual([
      ...['S3 bucket', 'Production', 'An account', 'No region', 'Team: search', 'Without Env', 'Gone'],
    ]);
    expect(readHref(chips[0]?.href ?? null)).toEqual({ ...query, type: [] });
    expect(readHref(chips[1]?.href ?? null)).toEqual({ ...query, account: ['a0000000000ff'] });
    expect(readHref(chips[4]?.href ?? null).tags).toEqual([{ key: 'Env', value: null }]);
    expect(readHref(chips[6]?.href ?? null)).toEqual({ ...query, state: null });
    expect(new Set(chips.map(({ key }) => key)).size).toBe(chips.length);
  });

  it('are none where nothing is filtered on', () => {
    expect(chipsOf(read('span=90&group=type'), facets)).toEqual([]);
    expect(isFiltered(read('span=90&sort=name'))).toBe(false);
    for (const one of ['q=a', 'state=gone', 'untagged=Env', 'region='])
      expect(isFiltered(read(one))).toBe(true);
  });
});

describe('a group', () => {
  const group = (id: string | null) => ({
    ...{ id, label: id ?? 'No tag Team', resources: 1, priced: 1, ...cost('1', '1'), share: '100.0' },
  });

  it('leads to the list of its resources, beside the other filters', () => {
    const query = read('state=present&type=ec2%3Avolume&group=type');
    expect(readHref(groupHref(query, group('s3:bucket')))).toEqual({
      ...query,
      group: null,
      type: ['s3:bucket'],
    });
  });

  it('of a tag stands for its value, or for the resources without it', () => {
    const query = read('tag=Team%3Da&tag=Env%3Dprod&group=tag%3ATeam');
    const env = { key: 'Env', value: 'prod' };
    expect(readHref(groupHref(query, group('search'))).tags).toEqual([env, { key: 'Team', value: 'search' }]);
    expect(readHref(groupHref(query, group(null))).tags).toEqual([env, { key: 'Team', value: null }]);
  });

  it('that no filter can name leads nowhere', () => {
    expect(groupHref(read('group=account'), group(''))).toBeNull();
    expect(groupHref(read('group=tag%3Aa%3Db'), group('x'))).toBe('/resources?tag=a%253Db%3Dx');
  });
});

it('takes the kind of cost and the currency along to a resource', () => {
  expect(detailText(read('q=web'))).toBe('');
  expect(detailText(read('cost=unblended&currency=EUR&span=7'))).toBe('cost=unblended&currency=EUR');
});
