import type { ExportFile } from '@/aws/port';

// Data Exports: <prefix>/<name>/metadata/BILLING_PERIOD=2026-11/[<execution>/]<name>-Manifest.json
// Cost and Usage Reports: <prefix>/<name>/20261101-20261201/[<assembly>/]<name>-Manifest.json
// Source: AWS Data Exports user guide, "Understanding export delivery"; AWS CUR user guide, "Understanding your report versions".
const PERIOD = /\/(?:billing_period=(\d{4})-(\d{2})|(\d{4})(\d{2})01-\d{8})\//i;

/** First day of the billing period that a key is of; null where it is of none. */
export function periodOfKey(key: string): string | null {
  const found = PERIOD.exec(key);
  if (!found) return null;
  const [, year = found[3], month = found[4]] = found;
  return `${year}-${month}-01`;
}

/**
 * The manifest that counts for each billing period: the newest, since a versioned layout keeps the older ones. Manifests of
 * other exports under the same prefix are left out.
 */
export function manifestsOf(files: readonly ExportFile[], exportName: string): Map<string, ExportFile> {
  const newest = new Map<string, ExportFile>();
  for (const file of files) {
    if (!file.key.endsWith(`/${exportName}-Manifest.json`) || !file.key.includes(`/${exportName}/`)) continue;
    const period = periodOfKey(file.key);
    if (!period) continue;
    const known = newest.get(period);
    const isNewer =
      !known ||
      file.modifiedAt > known.modifiedAt ||
      (file.modifiedAt.getTime() === known.modifiedAt.getTime() && file.key.length < known.key.length);
    if (isNewer) newest.set(period, file);
  }
  return newest;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The keys of the data files that a manifest names; null where it cannot be read, which is so while AWS rewrites it. */
export function keysOfManifest(text: string): string[] | null {
  const manifest = parseJson(text);
  if (!isObject(manifest)) return null;
  const named = manifest['dataFiles'] ?? manifest['reportKeys'];
  if (!Array.isArray(named)) return null;
  const keys = named.map((one: unknown) =>
    typeof one === 'string' ? one.replace(/^s3:\/\/[^/]+\//, '') : '',
  );
  return keys.includes('') ? null : keys;
}

export type FileKind = 'parquet' | 'csv';

/** How a file is read, by its name; null for one that cannot be. */
export function kindOfFile(key: string): FileKind | null {
  if (key.endsWith('.parquet')) return 'parquet';
  return /\.csv(\.gz)?$/.test(key) ? 'csv' : null;
}
