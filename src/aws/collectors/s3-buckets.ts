import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { defineCollector } from './collector';
import { paged } from './listing';

/** Region by region: S3 answers for the buckets of the region it is asked in. Their owner is not kept. */
export const s3Buckets = defineCollector({
  type: 's3:bucket',
  service: 'S3',
  client: (settings) => new S3Client({ ...settings, forcePathStyle: true }),
  actions: ['s3:ListAllMyBuckets'],
  tags: 'by-arn',
  list: (call, place) =>
    paged(call, 's3:ListAllMyBuckets', async (client, token) => {
      const input = { BucketRegion: place.region, MaxBuckets: 1000, ContinuationToken: token };
      const page = await client.send(new ListBucketsCommand(input));
      return { items: page.Buckets, next: page.ContinuationToken };
    }),
  keeps: ['Name', 'CreationDate'],
  map(bucket, place) {
    if (!bucket.Name) return null;
    return {
      arn: `arn:${place.partition}:s3:::${bucket.Name}`,
      id: bucket.Name,
      createdAt: bucket.CreationDate,
    };
  },
});
