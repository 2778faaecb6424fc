import { AwsError, type BucketSession, type ExportFile } from '@/aws/port';
import type { Ctx } from '@/context';
import { AppError } from '@/errors';
import { FILE_MAX_BYTES, SameFile, takeFileIn, TOO_LARGE } from '@/features/uploads/receive-file';
import { saveFetched, saveObject, type BucketSource, type HeldObject } from './bucket-store';

const NAME_MAX = 200;

/** What a file is called: its key within the folder, the end of it where that is long. */
const nameOf = (key: string, prefix: string) =>
  key
    .slice(prefix.length)
    .replace(/[\p{C}]/gu, '')
    .slice(-NAME_MAX);

const DENIED =
  'The role may not read this object (s3:GetObject). If a KMS key of your own encrypts it, copy it to where S3 encrypts with its own keys.';

/** fetched: it waits to be read; unfit: this version will not be loaded; unread: the next look tries again. */
export type Fetched = 'fetched' | 'unfit' | 'unread' | 'denied';

/** Why an object became no file, where that concerns it alone; null where the look cannot go on. */
function objectFailure(
  error: unknown,
  held: HeldObject | undefined,
): { outcome: Fetched; failure: string | null } | null {
  if (error instanceof SameFile) {
    const isOwn = error.file.id === held?.fileId || error.file.id === held?.nextFileId;
    return {
      outcome: 'unfit',
      failure: isOwn ? null : `These bytes are here already, as ${error.file.name} in ${error.file.source}.`,
    };
  }
  if (error instanceof AppError && (error.code === 'invalid' || error.code === 'too-large')) {
    return { outcome: 'unfit', failure: error.message };
  }
  if (error instanceof AwsError && error.kind === 'data-unavailable') {
    return { outcome: 'unread', failure: `${error.message} The next look tries it again.` };
  }
  if (error instanceof AwsError && error.kind === 'permission-missing' && error.action === 's3:GetObject') {
    return { outcome: 'denied', failure: DENIED };
  }
  return null;
}

/** Streams one object in as an uploaded file that is to be loaded. Throws what ends the look. */
export async function fetchObject(
  ctx: Ctx,
  source: BucketSource,
  from: { session: BucketSession; region: string },
  { object, held }: { object: ExportFile; held: HeldObject | undefined },
): Promise<Fetched> {
  const key = { workspaceId: ctx.workspaceId, connectionId: source.connectionId };
  try {
    if (object.bytes > FILE_MAX_BYTES) throw new AppError('too-large', TOO_LARGE);
    await from.session.readObject(from.region, object, (body) =>
      takeFileIn(
        ctx,
        {
          ...{ connectionId: source.connectionId, name: nameOf(object.key, source.prefix), isWanted: true },
          older: held?.fileId ?? null,
          onWhole: (tx, fileId) => saveFetched(tx, key, object, fileId),
        },
        body,
      ),
    );
    return 'fetched';
  } catch (error) {
    const found = objectFailure(error, held);
    if (!found) throw error;
    await saveObject(ctx, source, object, { failure: found.failure, isFinal: found.outcome === 'unfit' });
    return found.outcome;
  }
}
