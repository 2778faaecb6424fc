import {
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { defineCollector } from './collector';
import { paged, unlessGone } from './listing';
import type { Send } from './types';

/** One call a table: no listing answers size, class and billing mode, which make the price of a table. */
async function* tables(call: Send<DynamoDBClient>): AsyncGenerator<readonly TableDescription[]> {
  const names = paged(call, 'dynamodb:ListTables', async (client, token) => {
    const page = await client.send(new ListTablesCommand({ Limit: 100, ExclusiveStartTableName: token }));
    return { items: page.TableNames, next: page.LastEvaluatedTableName };
  });
  for await (const page of names) {
    const described: TableDescription[] = [];
    for (const TableName of page) {
      const command = new DescribeTableCommand({ TableName });
      const answer = await call((client) => unlessGone(client.send(command)), 'dynamodb:DescribeTable');
      if (answer?.Table) described.push(answer.Table);
    }
    yield described;
  }
}

export const dynamodbTables = defineCollector({
  type: 'dynamodb:table',
  service: 'DynamoDB',
  client: (settings) => new DynamoDBClient(settings),
  actions: ['dynamodb:ListTables', 'dynamodb:DescribeTable'],
  tags: 'by-arn',
  list: tables,
  keeps: [
    'TableArn',
    'TableName',
    'TableStatus',
    'TableSizeBytes',
    'CreationDateTime',
    'BillingModeSummary.BillingMode',
    'TableClassSummary.TableClass',
    'ProvisionedThroughput.ReadCapacityUnits',
    'ProvisionedThroughput.WriteCapacityUnits',
  ],
  map(table) {
    if (!table.TableArn || !table.TableName) return null;
    return {
      arn: table.TableArn,
      id: table.TableName,
      createdAt: table.CreationDateTime,
      state: table.TableStatus,
      attributes: {
        // AWS leaves it out of tables that were never anything but provisioned.
        billingMode: table.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
        tableClass: table.TableClassSummary?.TableClass ?? 'STANDARD',
        sizeBytes: table.TableSizeBytes,
        readCapacityUnits: table.ProvisionedThroughput?.ReadCapacityUnits,
        writeCapacityUnits: table.ProvisionedThroughput?.WriteCapacityUnits,
      },
    };
  },
});
