import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetExportCommand,
  ListExportsCommand,
  type BCMDataExportsClient,
  type Export,
} from '@aws-sdk/client-bcm-data-exports';
import {
  DescribeReportDefinitionsCommand,
  type CostAndUsageReportServiceClient,
  type ReportDefinition,
} from '@aws-sdk/client-cost-and-usage-report-service';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { AwsError, type ExportFile, type ExportLocation, type FoundExport } from './port';

type Send<C> = <T>(call: (client: C) => Promise<T>, action: string) => Promise<T>;

const withoutSlashes = (prefix: string) => prefix.replace(/^\/+|\/+$/g, '');

/** The table of the query says what a data export holds; what else it may hold is not cost. */
function formatOf(query: string): FoundExport['format'] | null {
  const table = /\bfrom\s+([a-z0-9_]+)/i.exec(query)?.[1]?.toUpperCase() ?? '';
  if (table.startsWith('FOCUS')) return 'focus';
  return table === 'COST_AND_USAGE_REPORT' ? 'cur-2.0' : null;
}

const NO_RESOURCE_IDS = 'It has no resource ids, so it tells no resource from another.';
const NO_PREFIX =
  'It has no S3 prefix, and a role for it would read the whole bucket. Make one with a prefix of its own.';

function problemOf(query: string, format: FoundExport['format']): string | null {
  const selected = query.slice(0, query.search(/\bfrom\b/i)).toLowerCase();
  if (selected.includes('*')) return null;
  const column = format === 'focus' ? 'resourceid' : 'line_item_resource_id';
  return selected.includes(column) ? null : NO_RESOURCE_IDS;
}

function dataExport(arn: string, found: Export): FoundExport | null {
  const query = found.DataQuery?.QueryStatement ?? '';
  const format = formatOf(query);
  const destination = found.DestinationConfigurations?.S3Destination;
  if (!format || !destination?.S3Bucket || !found.Name) return null;
  const prefix = withoutSlashes(destination.S3Prefix ?? '');
  const isReadable =
    destination.S3OutputConfigurations?.Format === 'PARQUET' ||
    destination.S3OutputConfigurations?.Format === 'TEXT_OR_CSV';
  return {
    service: 'data-exports',
    arn,
    name: found.Name,
    format,
    bucket: destination.S3Bucket,
    prefix,
    region: destination.S3Region ?? 'us-east-1',
    problem:
      prefix === ''
        ? NO_PREFIX
        : isReadable
          ? problemOf(query, format)
          : 'Its files are neither Parquet nor CSV.',
  };
}

/** Data Exports of the account that hold cost: FOCUS or CUR 2.0. */
export async function dataExports(send: Send<BCMDataExportsClient>): Promise<FoundExport[]> {
  const found: FoundExport[] = [];
  let next: string | undefined;
  do {
    const page = await send(
      (client) => client.send(new ListExportsCommand({ NextToken: next })),
      'bcm-data-exports:ListExports',
    );
    for (const { ExportArn } of page.Exports ?? []) {
      if (!ExportArn) continue;
      const { Export: details } = await send(
        (client) => client.send(new GetExportCommand({ ExportArn })),
        'bcm-data-exports:GetExport',
      );
      const one = details ? dataExport(ExportArn, details) : null;
      if (one) found.push(one);
    }
    next = page.NextToken;
  } while (next);
  return found;
}

function report(definition: ReportDefinition): FoundExport | null {
  if (!definition.ReportName || !definition.S3Bucket) return null;
  const prefix = withoutSlashes(definition.S3Prefix ?? '');
  const hasIds = (definition.AdditionalSchemaElements ?? []).includes('RESOURCES');
  return {
    service: 'cur',
    // A report has no ARN in this answer; its name is unique in the account.
    arn: `cur:${definition.ReportName}`,
    name: definition.ReportName,
    format: 'cur',
    bucket: definition.S3Bucket,
    prefix,
    region: definition.S3Region ?? 'us-east-1',
    problem: prefix === '' ? NO_PREFIX : hasIds ? null : NO_RESOURCE_IDS,
  };
}

/** The account's Cost and Usage Reports of the older kind. */
export async function usageReports(send: Send<CostAndUsageReportServiceClient>): Promise<FoundExport[]> {
  const found: FoundExport[] = [];
  let next: string | undefined;
  do {
    const page = await send(
      (client) => client.send(new DescribeReportDefinitionsCommand(next ? { NextToken: next } : {})),
      'cur:DescribeReportDefinitions',
    );
    for (const definition of page.ReportDefinitions ?? []) {
      const one = report(definition);
      if (one) found.push(one);
    }
    next = page.NextToken;
  } while (next);
  return found;
}

/** Everything under the export's prefix: just that prefix, as the template's condition wants it. */
export async function exportFiles(send: Send<S3Client>, location: ExportLocation): Promise<ExportFile[]> {
  const files: ExportFile[] = [];
  let next: string | undefined;
  do {
    const page = await send(
      (client) =>
        client.send(
          new ListObjectsV2Command({
            Bucket: location.bucket,
            Prefix: `${location.prefix}/`,
            ContinuationToken: next,
          }),
        ),
      's3:ListBucket',
    );
    for (const { Key, ETag, Size, LastModified } of page.Contents ?? []) {
      if (!Key) continue;
      files.push({ key: Key, etag: ETag ?? '', bytes: Size ?? 0, modifiedAt: LastModified ?? new Date(0) });
    }
    next = page.NextContinuationToken;
  } while (next);
  return files;
}

const changed = (key: string) =>
  new AwsError('data-unavailable', `${key} changed while it was being read.`, false, 's3:GetObject');

/** The file's bytes, streamed to `path`. Throws where it is no longer the one that was listed, or came short. */
export async function downloadFile(
  send: Send<S3Client>,
  location: ExportLocation,
  file: ExportFile,
  to: { path: string; signal: AbortSignal },
): Promise<void> {
  await send(async (client) => {
    const answer = await client.send(
      new GetObjectCommand({ Bucket: location.bucket, Key: file.key, IfMatch: file.etag || undefined }),
    );
    let bytes = 0;
    const body = answer.Body as Readable;
    body.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await pipeline(body, createWriteStream(to.path), { signal: to.signal });
    if (bytes !== file.bytes) throw changed(file.key);
  }, 's3:GetObject');
}
