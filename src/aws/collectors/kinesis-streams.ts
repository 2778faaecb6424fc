import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { defineCollector } from './collector';
import { paged } from './listing';

export const kinesisStreams = defineCollector({
  type: 'kinesis:stream',
  service: 'Kinesis',
  client: (settings) => new KinesisClient(settings),
  actions: ['kinesis:ListStreams'],
  tags: 'by-arn',
  list: (call) =>
    paged(call, 'kinesis:ListStreams', async (client, token) => {
      const page = await client.send(new ListStreamsCommand({ Limit: 100, NextToken: token }));
      return { items: page.StreamSummaries, next: page.NextToken };
    }),
  keeps: [
    'StreamARN',
    'StreamName',
    'StreamStatus',
    'StreamModeDetails.StreamMode',
    'StreamCreationTimestamp',
  ],
  map(stream) {
    if (!stream.StreamARN || !stream.StreamName) return null;
    return {
      arn: stream.StreamARN,
      id: stream.StreamName,
      createdAt: stream.StreamCreationTimestamp,
      state: stream.StreamStatus,
      attributes: { streamMode: stream.StreamModeDetails?.StreamMode },
    };
  },
});
