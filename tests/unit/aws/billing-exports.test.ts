import type { BCMDataExportsClient } from '@aws-sdk/client-bcm-data-exports';
import type { CostAndUsageReportServiceClient } from '@aws-sdk/client-cost-and-usage-report-service';
import { describe, expect, it } from 'vitest';
import { dataExports, usageReports } from '@/aws/billing-exports';

/** Answers what AWS would, by the name of the command. */
const answering =
  <C>(answers: Record<string, (input: Record<string, unknown>) => unknown>) =>
  async <T>(call: (client: C) => Promise<T>): Promise<T> =>
    call({
      send: (command: { constructor: { name: string }; input: Record<string, unknown> }) =>
        Promise.resolve(answers[command.constructor.name]?.(command.input)),
    } as C);

interface Given {
  readonly query: string;
  readonly prefix?: string;
  readonly format?: string;
}

/** What we find of data exports that select this, in pages of one. */
async function found(...given: readonly Given[]) {
  const send = answering<BCMDataExportsClient>({
    ListExportsCommand: ({ NextToken: next }) => {
      const at = Number(next ?? 0);
      return {
        Exports: [{ ExportArn: `arn:${at}` }],
        ...(at + 1 < given.length ? { NextToken: String(at + 1) } : {}),
      };
    },
    GetExportCommand: ({ ExportArn: arn }) => {
      const one = given[Number(String(arn).slice(4))];
      return {
        Export: {
          Name: String(arn),
          DataQuery: { QueryStatement: one?.query },
          DestinationConfigurations: {
            S3Destination: {
              S3Bucket: 'bills',
              S3Prefix: one?.prefix ?? '/exports/',
              S3Region: 'eu-north-1',
              S3OutputConfigurations: { Format: one?.format ?? 'PARQUET' },
            },
          },
        },
      };
    },
  });
  return dataExports(send);
}

describe('data exports', () => {
  it('are found on all pages, by the table that they select from, and nothing that holds no cost', async () => {
    const all = await found(
      { query: 'SELECT ResourceId, BilledCost FROM FOCUS_1_2_AWS' },
      { query: 'select line_item_resource_id from COST_AND_USAGE_REPORT', format: 'TEXT_OR_CSV' },
      { query: 'SELECT * FROM COST_OPTIMIZATION_RECOMMENDATIONS' },
      { query: 'SELECT * FROM CARBON_EMISSIONS' },
    );
    expect(all.map((one) => [one.arn, one.format, one.problem])).toEqual([
      ['arn:0', 'focus', null],
      ['arn:1', 'cur-2.0', null],
    ]);
    expect(all[0]).toMatchObject({ bucket: 'bills', prefix: 'exports', region: 'eu-north-1' });
  });

  it('say what is wrong with them: no ids of resources, no prefix, a format that nobody reads', async () => {
    const all = await found(
      { query: 'SELECT BilledCost FROM FOCUS_1_2_AWS' },
      { query: 'SELECT line_item_usage_amount FROM COST_AND_USAGE_REPORT' },
      { query: 'SELECT * FROM FOCUS_1_2_AWS', prefix: '' },
      { query: 'SELECT * FROM FOCUS_1_2_AWS', prefix: '/' },
      { query: 'SELECT * FROM FOCUS_1_2_AWS', format: 'ORC' },
    );
    expect(all.map((one) => one.problem?.split(/[ ,.]/).slice(0, 4).join(' '))).toEqual([
      ...[
        'It has no resource',
        'It has no resource',
        'It has no S3',
        'It has no S3',
        'Its files are neither',
      ],
    ]);
  });
});

describe('Cost and Usage Reports', () => {
  it('are found with their place, and say where they have no ids of resources or no prefix', async () => {
    const definition = (name: string, prefix: string, more: readonly string[]) => ({
      ...{ ReportName: name, S3Bucket: 'bills', S3Prefix: prefix, S3Region: 'us-west-2' },
      AdditionalSchemaElements: more,
    });
    const send = answering<CostAndUsageReportServiceClient>({
      DescribeReportDefinitionsCommand: ({ NextToken: next }) =>
        next
          ? { ReportDefinitions: [definition('rooted', '', ['RESOURCES'])] }
          : {
              ReportDefinitions: [definition('whole', 'cur', ['RESOURCES']), definition('plain', 'cur', [])],
              NextToken: 'more',
            },
    });
    const all = await usageReports(send);
    expect(all.map((one) => [one.arn, one.format, one.problem?.slice(0, 16) ?? null])).toEqual([
      ['cur:whole', 'cur', null],
      ['cur:plain', 'cur', 'It has no resour'],
      ['cur:rooted', 'cur', 'It has no S3 pre'],
    ]);
  });
});
