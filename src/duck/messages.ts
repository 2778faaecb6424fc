/** What a process asks of its DuckDB child, one at a time and in order. */
export interface DuckRequest {
  readonly id: number;
  readonly sql: string;
  /** Rows as JSON values: numbers that JavaScript cannot hold exactly are text. */
  readonly wantsRows: boolean;
}

export interface DuckReply {
  readonly id: number;
  readonly rows?: Record<string, unknown>[];
  readonly error?: string;
}

/** A DuckDB for one piece of work, the first message of it: what the child held of the work before is gone. */
export interface DuckOptions {
  /** The one directory that it reads and writes. */
  readonly directory: string;
  readonly memoryMb: number;
  readonly threads: number;
}

/** Gives back what the work that is over has held; the child waits for another. */
export interface DuckClose {
  readonly close: true;
}
