/** A bucket and a folder of it, with its slash at the end; no folder is the whole bucket. */
export interface BucketFolder {
  readonly bucket: string;
  readonly prefix: string;
}

export interface BucketStatement {
  readonly sid: string;
  readonly action: 's3:ListBucket' | 's3:GetObject' | 's3:GetBucketLocation';
  /** Behind `arn:…:s3:::`, with the placeholders `${Bucket}` and `${Prefix}`. */
  readonly resource: string;
  readonly prefixIs?: '${Prefix}';
}

/** All that is asked of a bucket that files come from: the template's role and our own sessions are made of this list. */
export const bucketStatements: readonly BucketStatement[] = [
  { sid: 'FilesList', action: 's3:ListBucket', resource: '${Bucket}', prefixIs: '${Prefix}' },
  { sid: 'FilesRead', action: 's3:GetObject', resource: '${Bucket}/${Prefix}*' },
  { sid: 'FilesRegion', action: 's3:GetBucketLocation', resource: '${Bucket}' },
];

/** The policy of a session that reads this folder and nothing else, whatever the role grants. */
export function bucketSessionPolicy({ bucket, prefix }: BucketFolder, partition: string): string {
  const filled = (text: string) =>
    text.replaceAll('${Bucket}', () => bucket).replaceAll('${Prefix}', () => prefix);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: bucketStatements.map(({ action, resource, prefixIs }) => ({
      Effect: 'Allow',
      Action: action,
      Resource: `arn:${partition}:s3:::${filled(resource)}`,
      ...(prefixIs ? { Condition: { StringEquals: { 's3:prefix': filled(prefixIs) } } } : {}),
    })),
  });
}
