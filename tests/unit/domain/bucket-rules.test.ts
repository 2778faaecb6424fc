import { describe, expect, it } from 'vitest';
import {
  bucketNameProblem,
  folderOf,
  folderProblem,
  isBillingFile,
  newestOf,
  planObjects,
} from '@/domain/bucket-rules';

const object = (key: string, etag = 'a', minute = 0) => ({
  key,
  etag,
  bytes: 10,
  modifiedAt: new Date(Date.UTC(2027, 2, 1, 0, minute)),
});

describe('a bucket name', () => {
  it.each(['acme-costs', 'a1b', 'acme.costs.eu', '0'.repeat(63)])('may be %s', (name) => {
    expect(bucketNameProblem(name)).toBeNull();
  });
  it.each([
    ...['', 'ab', 'a'.repeat(64), 'Acme', 'acme_costs', '-acme', 'acme-', 'acme..eu', '192.168.1.1'],
    ...[
      'xn--acme',
      'sthree-acme',
      'acme-s3alias',
      'acme--ol-s3',
      'acme--x-s3',
      's3://acme',
      'acme/azure',
      'ac*e',
    ],
  ])('is not %j', (name) => {
    expect(bucketNameProblem(name)).toMatch(/bucket/);
  });
});

describe('a folder', () => {
  it.each([
    ['', ''],
    ['/', ''],
    ['azure', 'azure/'],
    ['/focus/azure/', 'focus/azure/'],
    ['provider=azure/v1.0', 'provider=azure/v1.0/'],
  ])('%j is listed as %j', (text, folder) => {
    expect(folderOf(text)).toBe(folder);
    expect(folderProblem(folderOf(text))).toBeNull();
  });
  it.each(['a*', 'a?', '${x}', 'a//b', 'a b', 'a/../b', './a', 'é', 'x'.repeat(300)])('is not %j', (text) => {
    expect(folderProblem(folderOf(text))).toMatch(/folder/);
  });
});

describe('a billing file', () => {
  it('is one by its name, and holds something', () => {
    const names = [
      'a.csv',
      'b/A.CSV',
      'c.csv.gz',
      'd.parquet',
      'e.gz',
      'f.json',
      'g.csv.zip',
      'csv',
      'manifest.csv/',
    ];
    expect(names.filter((key) => isBillingFile(object(key)))).toEqual(names.slice(0, 4));
    expect(isBillingFile({ ...object('a.csv'), bytes: 0 })).toBe(false);
  });
});

describe('what a look has to do', () => {
  const known = (key: string, etag = 'a', isGone = false) => ({ key, etag, bytes: 10, isGone });

  it('fetches what is new or has changed, newest first', () => {
    const listed = [
      object('old'),
      object('new', 'a', 1),
      object('changed', 'b', 2),
      object('longer', 'a', 3),
    ];
    const before = [known('old'), known('changed'), { ...known('longer'), bytes: 9 }];
    const plan = planObjects(listed, before, true);
    expect(plan.fetch.map(({ key }) => key)).toEqual(['longer', 'changed', 'new']);
    expect([plan.gone, plan.back]).toEqual([[], []]);
  });

  it('notes once what is gone, and what is there again', () => {
    const plan = planObjects([object('b')], [known('a'), known('b', 'a', true), known('c', 'a', true)], true);
    expect(plan).toEqual({ fetch: [], gone: ['a'], back: ['b'] });
  });

  it('takes nothing for gone where there is more than was listed', () => {
    expect(planObjects([object('b')], [known('a'), known('b')], false).gone).toEqual([]);
  });

  it('keeps the newest of too many', () => {
    const all = [object('a', '', 1), object('b', '', 3), object('c', '', 3), object('d', '', 2)];
    expect(newestOf(all, 3).map(({ key }) => key)).toEqual(['b', 'c', 'd']);
  });
});
