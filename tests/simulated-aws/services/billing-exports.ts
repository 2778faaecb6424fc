import { exportArn } from '../billing/layout';
import { AwsError, json } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { callerOf } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import type { BillingExport } from '../world/billing-state';
import type { ServiceContext } from './service';

const MAXIMUM_PAGE = 100;
const MAXIMUM_REPORTS = 5;

const isLegacy = ({ format }: BillingExport): boolean => format === 'cur-legacy';

function ownedBy({ world }: ServiceContext, accountId: string, legacy: boolean): BillingExport[] {
  return world.state.exports.filter((one) => one.ownerId === accountId && isLegacy(one) === legacy);
}

interface Page {
  shown: BillingExport[];
  token: string | undefined;
}

/** The page that a token names; tokens are the number of the first export on it. */
function pageOf(all: readonly BillingExport[], { input }: AwsRequest, maximum: number): Page {
  const size = typeof input.MaxResults === 'number' ? Math.min(input.MaxResults, maximum) : maximum;
  const from = input.NextToken === undefined ? 0 : Number(Buffer.from(String(input.NextToken), 'base64url'));
  if (!Number.isInteger(from) || size < 1) {
    throw new AwsError('ValidationException', 'The pagination token is not valid.');
  }
  const next = from + size;
  return {
    shown: all.slice(from, next),
    token: next < all.length ? Buffer.from(String(next)).toString('base64url') : undefined,
  };
}

async function authorize(request: AwsRequest, context: ServiceContext, resource: string): Promise<string> {
  const caller = callerOf(request);
  const action = `${request.service}:${request.action}`;
  await context.authorizer.require(caller, { action, resource, resourceAccountId: caller.accountId }, 'json');
  return caller.accountId;
}

function statusJson({ createdAt }: BillingExport, { clock }: ServiceContext): object {
  return {
    StatusCode: 'HEALTHY',
    CreatedAt: new Date(createdAt).toISOString(),
    LastUpdatedAt: new Date(createdAt).toISOString(),
    LastRefreshedAt: clock.now().toISOString(),
  };
}

const QUERIES = {
  'focus-1.2': {
    table: 'FOCUS_1_2_AWS',
    columns: ['BilledCost', 'BillingPeriodStart', 'ChargePeriodStart', 'EffectiveCost', 'ResourceId', 'Tags'],
  },
  'cur-2.0': {
    table: 'COST_AND_USAGE_REPORT',
    columns: [
      'line_item_unblended_cost',
      'line_item_usage_start_date',
      'line_item_resource_id',
      'resource_tags',
    ],
  },
};

function queryJson({ format, grain }: BillingExport): object {
  if (format === 'cur-legacy') return {};
  const { table, columns } = QUERIES[format];
  const unit = grain === 'hourly' ? 'HOURLY' : 'DAILY';
  return {
    QueryStatement: `SELECT ${columns.join(', ')} FROM ${table}`,
    TableConfigurations: {
      [table]:
        format === 'focus-1.2'
          ? { TIME_GRANULARITY: unit }
          : {
              TIME_GRANULARITY: unit,
              INCLUDE_RESOURCES: 'TRUE',
              INCLUDE_SPLIT_COST_ALLOCATION_DATA: 'FALSE',
              INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY: 'FALSE',
            },
    },
  };
}

function exportJson(wanted: BillingExport): object {
  return {
    ExportArn: exportArn(wanted),
    Name: wanted.name,
    Description: '',
    DataQuery: queryJson(wanted),
    DestinationConfigurations: {
      S3Destination: {
        S3Bucket: wanted.bucket,
        S3Prefix: wanted.prefix,
        S3Region: wanted.region,
        S3OutputConfigurations: {
          OutputType: 'CUSTOM',
          Format: 'PARQUET',
          Compression: 'PARQUET',
          Overwrite: wanted.overwrite ? 'OVERWRITE_REPORT' : 'CREATE_NEW_REPORT',
        },
      },
    },
    RefreshCadence: { Frequency: 'SYNCHRONOUS' },
  };
}

/** Data Exports: what exports the caller's account has. */
export async function dataExports(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  switch (request.action) {
    case 'ListExports': {
      const accountId = await authorize(request, context, '*');
      const { shown, token } = pageOf(ownedBy(context, accountId, false), request, MAXIMUM_PAGE);
      return json({
        Exports: shown.map((one) => ({
          ExportArn: exportArn(one),
          ExportName: one.name,
          ExportStatus: statusJson(one, context),
        })),
        ...(token === undefined ? {} : { NextToken: token }),
      });
    }
    case 'GetExport': {
      const arn = String(request.input.ExportArn);
      const accountId = await authorize(request, context, arn);
      const wanted = ownedBy(context, accountId, false).find((one) => exportArn(one) === arn);
      if (!wanted) throw new AwsError('ResourceNotFoundException', `Export ${arn} does not exist.`);
      return json({ Export: exportJson(wanted), ExportStatus: statusJson(wanted, context) });
    }
    default:
      throw new AwsError('UnknownOperationException', `Unknown operation ${request.action}`);
  }
}

function definitionJson(wanted: BillingExport): object {
  return {
    ReportName: wanted.name,
    TimeUnit: wanted.grain === 'hourly' ? 'HOURLY' : 'DAILY',
    Format: 'textORcsv',
    Compression: 'GZIP',
    AdditionalSchemaElements: ['RESOURCES'],
    S3Bucket: wanted.bucket,
    S3Prefix: wanted.prefix,
    S3Region: wanted.region,
    AdditionalArtifacts: [],
    RefreshClosedReports: true,
    ReportVersioning: wanted.overwrite ? 'OVERWRITE_REPORT' : 'CREATE_NEW_REPORT',
  };
}

/** Cost and Usage Reports of the older kind. */
export async function usageReports(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  if (request.action !== 'DescribeReportDefinitions') {
    throw new AwsError('UnknownOperationException', `Unknown operation ${request.action}`);
  }
  const accountId = await authorize(request, context, '*');
  const { shown, token } = pageOf(ownedBy(context, accountId, true), request, MAXIMUM_REPORTS);
  return json({
    ReportDefinitions: shown.map(definitionJson),
    ...(token === undefined ? {} : { NextToken: token }),
  });
}
