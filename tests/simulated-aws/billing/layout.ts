import type { BillingExport } from '../world/billing-state';
import { isoDay } from '../world/clock';
import { FORMATS } from './formats';

/** One refresh of one billing period of an export. */
export interface Refresh {
  executionId: string;
  /** First day of the billing period and of the next one, in days since 1970. */
  firstDay: number;
  nextDay: number;
  at: Date;
}

const compact = (day: number): string => isoDay(day).replaceAll('-', '');
const isLegacy = ({ format }: BillingExport): boolean => format === 'cur-legacy';

/**
 * Where a refresh's files go: `data/BILLING_PERIOD=2026-11/` for Data Exports, `20261101-20261201/` for a Cost and Usage Report,
 * and where updates do not overwrite, a folder of the refresh in it. Source: AWS Data Exports user guide, "Understanding
 * export delivery"; AWS CUR user guide, "Understanding your report versions".
 */
function folderOf(
  wanted: BillingExport,
  refresh: Refresh,
  kind: 'data' | 'metadata',
  isOwn: boolean,
): string {
  const root = `${wanted.prefix}/${wanted.name}`;
  const { firstDay, nextDay, executionId, at } = refresh;
  if (isLegacy(wanted)) {
    const period = `${root}/${compact(firstDay)}-${compact(nextDay)}`;
    return isOwn ? `${period}/${executionId}` : period;
  }
  const period = `${root}/${kind}/BILLING_PERIOD=${isoDay(firstDay).slice(0, 7)}`;
  return isOwn ? `${period}/${at.toISOString()}-${executionId}` : period;
}

export function dataKey(wanted: BillingExport, refresh: Refresh, number: number): string {
  const folder = folderOf(wanted, refresh, 'data', !wanted.overwrite);
  return `${folder}/${wanted.name}-${String(number).padStart(5, '0')}.${FORMATS[wanted.format].extension}`;
}

/** Of a refresh that overwrites nothing the manifest is written twice: in its folder, and above as the newest. */
export function manifestKeys(
  wanted: BillingExport,
  refresh: Refresh,
): { newest: string; own: string | null } {
  const named = (isOwn: boolean): string =>
    `${folderOf(wanted, refresh, 'metadata', isOwn)}/${wanted.name}-Manifest.json`;
  return { newest: named(false), own: wanted.overwrite ? null : named(true) };
}

export function exportArn({ ownerId, name, id }: BillingExport): string {
  return `arn:aws:bcm-data-exports:us-east-1:${ownerId}:export/${name}-${id}`;
}

interface ManifestColumn {
  name: string;
  type: string;
}

/** The manifest of a refresh, as text. `keys` are its data files, in order. */
export function manifestText(
  wanted: BillingExport,
  refresh: Refresh,
  keys: readonly string[],
  columns: readonly ManifestColumn[],
): string {
  return JSON.stringify(
    isLegacy(wanted) ? report(wanted, refresh, keys, columns) : data(wanted, refresh, keys, columns),
    null,
    2,
  );
}

function data(
  wanted: BillingExport,
  { executionId, at }: Refresh,
  keys: readonly string[],
  columns: readonly ManifestColumn[],
): object {
  return {
    account: wanted.ownerId,
    exportArn: exportArn(wanted),
    exportName: wanted.name,
    executionId,
    createdAt: at.toISOString(),
    contentType: 'Parquet',
    compression: 'Parquet',
    bucket: wanted.bucket,
    columns,
    dataFiles: keys.map((key) => `s3://${wanted.bucket}/${key}`),
  };
}

function report(
  wanted: BillingExport,
  { executionId, firstDay, nextDay }: Refresh,
  keys: readonly string[],
  columns: readonly ManifestColumn[],
): object {
  const instant = (day: number): string => `${compact(day)}T000000.000Z`;
  return {
    assemblyId: executionId,
    account: wanted.ownerId,
    columns: columns.map(({ name, type }) => ({
      category: name.split('/')[0],
      name: name.split('/').slice(1).join('/'),
      type,
    })),
    charset: 'UTF-8',
    compression: 'GZIP',
    contentType: 'text/csv',
    reportId: wanted.id.replaceAll('-', ''),
    reportName: wanted.name,
    billingPeriod: { start: instant(firstDay), end: instant(nextDay) },
    bucket: wanted.bucket,
    reportKeys: keys,
    additionalArtifactKeys: [],
  };
}
