import type { Readable } from 'node:stream';
import {
  GetBucketLocationCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { BucketFolder } from './bucket-access';
import { nameOf } from './errors';
import { AwsError, type BucketSession, type ExportFile } from './port';

type Send = <T>(call: (client: S3Client) => Promise<T>, action: string) => Promise<T>;

/** Of the oldest buckets S3 tells no region, or one by a name of its own. */
const OLD_REGIONS: Readonly<Record<string, string>> = { '': 'us-east-1', EU: 'eu-west-1' };

/** Objects that no second try brings. */
const UNREADABLE: Readonly<Record<string, string>> = {
  NoSuchKey: 'It was deleted from the bucket before it was read.',
  PreconditionFailed: 'It changed in the bucket while it was being read.',
  InvalidObjectState: 'It lies in an archive of S3. Restore it there first.',
};

const unread = (message: string) => new AwsError('data-unavailable', message, false, 's3:GetObject');

/** So long nothing may come. */
const SILENCE_MS = 60_000;

/** The bytes as they come; throws AwsError where the line breaks or fewer come than were listed. */
async function* whole(body: Readable, bytes: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const end = () => void body.destroy(new Error('Nobody waits for more.'));
  let silence = setTimeout(end, SILENCE_MS);
  signal.addEventListener('abort', end);
  let got = 0;
  try {
    for await (const part of body as AsyncIterable<Uint8Array>) {
      clearTimeout(silence);
      got += part.length;
      yield part;
      silence = setTimeout(end, SILENCE_MS);
    }
  } catch {
    signal.throwIfAborted();
    throw unread('The line to S3 broke while it was being read.');
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', end);
    body.destroy();
  }
  if (got !== bytes) throw unread('It came short: fewer bytes than S3 had listed.');
}

/** S3 refuses every call that meets the bucket of another owner: one that was deleted and made again by somebody else. */
export function bucketSession(
  sendTo: (region?: string) => Send,
  { bucket, prefix }: BucketFolder,
  { owner, signal }: { owner: string; signal: AbortSignal },
): BucketSession {
  const of = { Bucket: bucket, ExpectedBucketOwner: owner };
  return {
    async region() {
      const { LocationConstraint: region = '' } = await sendTo()(
        (client) => client.send(new GetBucketLocationCommand(of), { abortSignal: signal }),
        's3:GetBucketLocation',
      );
      return OLD_REGIONS[region] ?? region;
    },
    async *listObjects(region) {
      const send = sendTo(region);
      let next: string | undefined;
      do {
        const page = await send(
          (client) =>
            client.send(new ListObjectsV2Command({ ...of, Prefix: prefix, ContinuationToken: next }), {
              abortSignal: signal,
            }),
          's3:ListBucket',
        );
        yield (page.Contents ?? []).flatMap(({ Key, ETag, Size, LastModified }): ExportFile[] =>
          Key
            ? [{ key: Key, etag: ETag ?? '', bytes: Size ?? 0, modifiedAt: LastModified ?? new Date(0) }]
            : [],
        );
        next = page.NextContinuationToken;
      } while (next);
    },
    async readObject(region, file, take) {
      // What is thrown over the bytes is no failure of the call: sent again, they would be taken twice.
      const outcome = await sendTo(region)(async (client) => {
        const answer = await client
          .send(new GetObjectCommand({ ...of, Key: file.key, IfMatch: file.etag || undefined }), {
            abortSignal: signal,
          })
          .catch((error: unknown) => {
            const message = UNREADABLE[nameOf(error)];
            throw message ? unread(message) : error;
          });
        try {
          return { taken: await take(whole(answer.Body as Readable, file.bytes, signal)) };
        } catch (error) {
          return { error };
        }
      }, 's3:GetObject');
      if ('error' in outcome) throw outcome.error;
      return outcome.taken;
    },
  };
}
