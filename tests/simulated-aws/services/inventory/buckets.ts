import { xml } from '../../http/aws-error';
import { element, parent } from '../../http/xml';
import { createdAt, inventoryService, pageOf } from './inventory-service';

/** The buckets of the account, of one region where `bucket-region` names it; that must be the region asked. */
export const buckets = inventoryService(
  's3',
  {
    ListBuckets({ request, accountId, all }) {
      const region = request.query.get('bucket-region');
      const own = all.filter(
        (resource) => resource.type === 's3:bucket' && (region === null || resource.region === region),
      );
      const limit = Number(request.query.get('max-buckets') ?? 10_000);
      const { items, next } = pageOf(own, limit, request.query.get('continuation-token') ?? undefined);
      const list = items.map((bucket) =>
        parent(
          'Bucket',
          element('Name', bucket.id) +
            element('CreationDate', createdAt(bucket).toISOString()) +
            element('BucketRegion', bucket.region),
        ),
      );
      const owner = parent('Owner', element('ID', `owner-of-${accountId}`));
      return xml(
        200,
        `<ListAllMyBucketsResult>${owner}${parent('Buckets', list.join(''))}${element('ContinuationToken', next)}</ListAllMyBucketsResult>`,
      );
    },
  },
  { ListBuckets: 'ListAllMyBuckets' },
);
