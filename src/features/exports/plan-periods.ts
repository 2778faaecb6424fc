import { createHash } from 'node:crypto';
import type { ExportFile } from '@/aws/port';
import { keysOfManifest, kindOfFile, type FileKind } from '@/focus/export-layout';
import { LoadFailure } from './load-failure';

/** Raise it when the mapping changes what a file means: every period is read again then. */
const MAPPING_VERSION = 2;

export interface PeriodPlan {
  readonly period: string;
  readonly files: readonly ExportFile[];
  readonly kind: FileKind;
  readonly fingerprint: string;
}

/** What was loaded of a period: if this is the same, so is the period. */
export function fingerprintOf(
  files: readonly ExportFile[],
  of: { exportId: string; leftOut: readonly string[] },
): string {
  const names = files.map((file) => `${file.key} ${file.etag} ${file.bytes}`).sort();
  return createHash('sha256')
    .update(JSON.stringify([MAPPING_VERSION, of.exportId, [...of.leftOut].sort(), names]))
    .digest('hex');
}

/** So long a file may be newer than its manifest before we take it that nobody is coming to write that too. */
const WRITING_MS = 6 * 3_600_000;

/**
 * Where a file was overwritten after its manifest, AWS is in the middle of writing a month anew: some of its files are of the one
 * version and some of the other. Throws LoadFailure for as long as that may go on.
 */
export function requireWritten(
  manifest: Pick<ExportFile, 'modifiedAt'>,
  files: readonly Pick<ExportFile, 'modifiedAt'>[],
  now: Date,
): void {
  const newest = Math.max(...files.map((file) => file.modifiedAt.getTime()));
  if (newest <= manifest.modifiedAt.getTime() || now.getTime() - newest > WRITING_MS) return;
  throw new LoadFailure(
    'file-changed',
    'AWS is writing the files of this month anew. We look again at the next sync.',
  );
}

/** The files that a manifest names, as they are listed. Throws LoadFailure where they are not all there. */
export function filesOfManifest(text: string, listed: ReadonlyMap<string, ExportFile>): ExportFile[] {
  const keys = keysOfManifest(text);
  if (!keys) {
    throw new LoadFailure(
      'manifest-unreadable',
      'The manifest is being written, or is damaged. We look again at the next sync.',
    );
  }
  return keys.map((key) => {
    const file = listed.get(key);
    if (file) return file;
    throw new LoadFailure(
      'file-missing',
      `The manifest names ${key.split('/').at(-1)}, which is not in the bucket (yet). We look again at the next sync.`,
    );
  });
}

/** One kind of file a period. Throws LoadFailure for kinds that cannot be read. */
export function kindOfFiles(files: readonly ExportFile[]): FileKind {
  const kinds = new Set(files.map((file) => kindOfFile(file.key)));
  const [kind] = kinds;
  if (kinds.size === 1 && kind) return kind;
  throw new LoadFailure(
    'not-understood',
    'Files are read as Parquet, CSV or CSV.gz. Choose one of these for the export in AWS.',
  );
}
