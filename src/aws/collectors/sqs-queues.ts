import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';

export const sqsQueues = defineCollector({
  type: 'sqs:queue',
  service: 'SQS',
  client: (settings) => new SQSClient(settings),
  actions: ['sqs:ListQueues'],
  tags: 'by-arn',
  list: (call) =>
    paged(call, 'sqs:ListQueues', async (client, token) => {
      const page = await client.send(new ListQueuesCommand({ MaxResults: 1000, NextToken: token }));
      return { items: page.QueueUrls?.map((QueueUrl) => ({ QueueUrl })), next: page.NextToken };
    }),
  keeps: ['QueueUrl'],
  map({ QueueUrl }, place) {
    // The address ends with the owner's account and the name.
    const name = QueueUrl.split('/').at(-1);
    if (!name) return null;
    return {
      arn: arnOf(place, 'sqs', name),
      id: name,
      attributes: { isFifo: name.endsWith('.fifo') },
    };
  },
});
