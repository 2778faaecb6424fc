import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { explorerType } from '@/focus/resource-type';

const cases: readonly (readonly [id: string, type: string, code: string, isAws: string, wanted: string])[] = [
  ['i-0a1b2c3d4e5f60718', 'instance', 'AmazonEC2', 'true', 'ec2:instance'],
  ['vol-0a1b2c3d4e5f60718', '', 'AmazonEC2', 'true', 'ec2:volume'],
  ['logs-of-acme', 'bucket', 'AmazonS3', 'true', 's3:bucket'],
  ['logs-of-acme', '', 'AmazonS3', 'true', 's3:bucket'],
  [
    'arn:aws:redshift:eu-west-1:111122223333:cluster:one',
    'cluster',
    'AmazonRedshift',
    'true',
    'redshift:cluster',
  ],
  ['arn:aws:ecs:eu-west-1:111122223333:cluster/one', '', 'AmazonECS', 'true', 'ecs:cluster'],
  ['arn:aws:rds:eu-west-1:111122223333:db:one', '', 'AmazonRDS', 'true', 'rds:db'],
  ['arn:aws:sqs:eu-west-1:111122223333:orders', '', 'AWSQueueService', 'true', 'sqs:queue'],
  [
    'arn:aws:ec2:eu-west-1:111122223333:natgateway/nat-1',
    'natgateway',
    'AmazonEC2',
    'true',
    'ec2:natgateway',
  ],
  ['', '', 'AmazonEC2', 'true', ''],
  ['/subscriptions/1/vm', 'Virtual machine', '', 'false', 'Virtual machine'],
];

it.each(cases)(
  '%s (%s of %s) is of the type that Resource Explorer names',
  async (id, type, code, isAws, wanted) => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const sql = explorerType({ isAws, id: 'id', type: 'type', serviceCode: 'code' });
    const reader = await connection.runAndReadAll(
      `select ${sql} as found from (select $1 as id, $2 as type, $3 as code)`,
      [id, type, code],
    );
    expect(reader.getRowObjectsJson()).toEqual([{ found: wanted }]);
    connection.closeSync();
  },
);
