import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { partsOfArn } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';

/** Topics without their subscribers, which are addresses of people. */
export const snsTopics = defineCollector({
  type: 'sns:topic',
  service: 'SNS',
  client: (settings) => new SNSClient(settings),
  actions: ['sns:ListTopics'],
  tags: 'by-arn',
  list: (call) =>
    paged(call, 'sns:ListTopics', async (client, token) => {
      const page = await client.send(new ListTopicsCommand({ NextToken: token }));
      return { items: page.Topics, next: page.NextToken };
    }),
  keeps: ['TopicArn'],
  map({ TopicArn }) {
    const parts = partsOfArn(TopicArn ?? '');
    if (!TopicArn || !parts) return null;
    return { arn: TopicArn, id: parts.id, attributes: { isFifo: parts.id.endsWith('.fifo') } };
  },
});
