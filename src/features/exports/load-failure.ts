import type { DuckError } from '@/duck/duck';
import type { ExportFailure } from './export-store';

/** A period's files cannot be loaded; what was there before stays. The message is for the page. */
export class LoadFailure extends Error {
  constructor(
    readonly kind: ExportFailure['kind'],
    message: string,
  ) {
    super(message);
    this.name = 'LoadFailure';
  }

  static damaged(cause: unknown): LoadFailure {
    const failure = new LoadFailure(
      'file-damaged',
      'A file is damaged or was cut off. We look again at the next sync.',
    );
    failure.cause = cause;
    return failure;
  }

  /** DuckDB's own words may quote what is in the file, which is the customer's: the log and the page get ours. */
  static ofFile(error: DuckError): LoadFailure {
    const isDamaged =
      /invalid input error|io error|no magic bytes|snappy|zstd|gzip|thrift|corrupt|too small/i.test(
        error.message,
      );
    if (isDamaged) return LoadFailure.damaged(error);
    const failure = new LoadFailure(
      'not-understood',
      'A file holds values that do not fit its columns. We look again at the next sync.',
    );
    failure.cause = error;
    return failure;
  }
}
