import { describe, expect, it } from 'vitest';
import type { ExportFile } from '@/aws/port';
import { keysOfManifest, kindOfFile, manifestsOf, periodOfKey } from '@/focus/export-layout';

const file = (key: string, minute = 0): ExportFile => ({
  key,
  etag: '"1"',
  bytes: 1,
  modifiedAt: new Date(Date.UTC(2026, 10, 28, 0, minute)),
});

describe('the layout of an export', () => {
  it('tells the billing period of a key, in both layouts and either case', () => {
    expect(periodOfKey('p/e/data/BILLING_PERIOD=2026-11/e-00001.snappy.parquet')).toBe('2026-11-01');
    expect(periodOfKey('p/e/metadata/billing_period=2026-02/e-Manifest.json')).toBe('2026-02-01');
    expect(periodOfKey('p/e/20261101-20261201/e-Manifest.json')).toBe('2026-11-01');
    expect(periodOfKey('p/e/20261201-20270101/assembly/e-Manifest.json')).toBe('2026-12-01');
    expect(periodOfKey('p/e/e-00001.csv.gz')).toBeNull();
  });

  it('counts the newest manifest of a period, and none of another export', () => {
    const found = manifestsOf(
      [
        file('p/e/metadata/BILLING_PERIOD=2026-11/one/e-Manifest.json', 1),
        file('p/e/metadata/BILLING_PERIOD=2026-11/two/e-Manifest.json', 2),
        file('p/other/metadata/BILLING_PERIOD=2026-11/other-Manifest.json', 3),
        file('p/e/data/BILLING_PERIOD=2026-11/e-00001.snappy.parquet', 4),
        file('p/e/metadata/BILLING_PERIOD=2026-10/e-Manifest.json', 0),
      ],
      'e',
    );
    expect([...found].map(([period, one]) => [period, one.key])).toEqual([
      ['2026-11-01', 'p/e/metadata/BILLING_PERIOD=2026-11/two/e-Manifest.json'],
      ['2026-10-01', 'p/e/metadata/BILLING_PERIOD=2026-10/e-Manifest.json'],
    ]);
  });

  it('reads the files that a manifest names, and nothing where it is being written', () => {
    expect(keysOfManifest('{"dataFiles":["s3://bucket/p/e/a.parquet"]}')).toEqual(['p/e/a.parquet']);
    expect(keysOfManifest('{"reportKeys":["p/e/a.csv.gz"]}')).toEqual(['p/e/a.csv.gz']);
    for (const text of ['', '{"dataFiles":["s3://bu', '[]', '{}', '{"dataFiles":[1]}', '{"dataFiles":"x"}']) {
      expect(keysOfManifest(text), text).toBeNull();
    }
  });

  it('tells files that can be read from those that cannot', () => {
    expect(kindOfFile('a.snappy.parquet')).toBe('parquet');
    expect(kindOfFile('a.csv.gz')).toBe('csv');
    expect(kindOfFile('a.csv.zip')).toBeNull();
  });
});
