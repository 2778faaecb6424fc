import { createHash } from 'node:crypto';
import type { StoredFile } from './export-files';

export type FileFaultKind =
  /** The manifest names a data file that is not there yet. */
  | 'manifest-early'
  /** The manifest's JSON stops in the middle. */
  | 'manifest-cut'
  /** The last data file is not there. */
  | 'missing-file'
  /** Half of the last data file is there, and nothing says so. */
  | 'truncated-file'
  /** Bytes in the middle and at the end of the last data file are wrong. */
  | 'corrupt-file'
  /** The line breaks after `afterBytes` of a data file. */
  | 'aborted-body'
  /** Nothing comes for `ms` after `afterBytes` of a data file. */
  | 'slow-body';

export const FILE_FAULT_KINDS: readonly FileFaultKind[] = [
  'manifest-early',
  'manifest-cut',
  'missing-file',
  'truncated-file',
  'corrupt-file',
  'aborted-body',
  'slow-body',
];

export interface FileFault {
  kind: FileFaultKind;
  /** Name of the export; all when absent. */
  name?: string;
  /** YYYY-MM; all when absent. */
  month?: string;
  /** For bodies only: an object that somebody has put there; exports are not struck then. */
  key?: string;
  afterBytes?: number;
  ms?: number;
  /** For bodies only: how often it strikes; for ever when absent. */
  times?: number;
}

/** How a body is sent, where not at once. */
export interface BodyPlan {
  afterBytes: number;
  /** Breaks the line when absent. */
  pauseMs: number | undefined;
}

const HALF_KILOBYTE = 512;

/** What is wrong with the files of exports, set by tests and gone when the simulator stops. */
export class FileFaults {
  private active: FileFault[] = [];

  add(fault: FileFault): void {
    if (!FILE_FAULT_KINDS.includes(fault.kind)) {
      throw new Error(`kind must be one of ${FILE_FAULT_KINDS.join(', ')}`);
    }
    this.active.push({ ...fault });
  }

  clear(): void {
    this.active = [];
  }

  list(): readonly FileFault[] {
    return this.active;
  }

  private has(kind: FileFaultKind, file: StoredFile): boolean {
    return this.active.some((fault) => fault.kind === kind && strikes(fault, file));
  }

  /** The file as the bucket has it, null where it is missing. */
  apply(file: StoredFile): StoredFile | null {
    if (file.kind === 'manifest') {
      if (this.has('manifest-early', file)) return changed(file, nameOneMore);
      return this.has('manifest-cut', file) ? changed(file, firstHalf) : file;
    }
    if (!file.isLast) return file;
    if (this.has('missing-file', file)) return null;
    if (this.has('truncated-file', file)) return changed(file, firstHalf);
    return this.has('corrupt-file', file) ? changed(file, scrambled) : file;
  }

  /** How this answer's body is to be sent; asking counts. */
  bodyPlan(file: StoredFile): BodyPlan | undefined {
    return this.plan((fault) => fault.key === undefined && file.kind === 'data' && strikes(fault, file));
  }

  bodyPlanOfKey(key: string): BodyPlan | undefined {
    return this.plan((fault) => fault.key === key);
  }

  private plan(isStruck: (fault: FileFault) => boolean): BodyPlan | undefined {
    const fault = this.active.find(
      (one) => (one.kind === 'aborted-body' || one.kind === 'slow-body') && one.times !== 0 && isStruck(one),
    );
    if (!fault) return undefined;
    if (fault.times !== undefined) fault.times -= 1;
    return {
      afterBytes: fault.afterBytes ?? HALF_KILOBYTE,
      pauseMs: fault.kind === 'slow-body' ? (fault.ms ?? 0) : undefined,
    };
  }
}

function strikes({ name, month }: Pick<FileFault, 'name' | 'month'>, file: StoredFile): boolean {
  return (name === undefined || name === file.exportName) && (month === undefined || month === file.month);
}

function changed(file: StoredFile, change: (content: Buffer) => Buffer): StoredFile {
  const content = change(file.content());
  return {
    ...file,
    bytes: content.length,
    etag: `"${createHash('md5').update(content).digest('hex')}"`,
    content: () => content,
  };
}

const firstHalf = (content: Buffer): Buffer => content.subarray(0, Math.floor(content.length / 2));

function scrambled(content: Buffer): Buffer {
  const copy = Buffer.from(content);
  for (const from of [Math.floor(copy.length / 2), copy.length - 64]) {
    for (let at = Math.max(0, from); at < Math.min(copy.length, from + 64); at++)
      copy[at] = 255 - (copy[at] ?? 0);
  }
  return copy;
}

/** A manifest that is ahead of its files: one more than there are. */
function nameOneMore(content: Buffer): Buffer {
  const manifest = JSON.parse(content.toString('utf8')) as { dataFiles?: string[]; reportKeys?: string[] };
  const keys = manifest.dataFiles ?? manifest.reportKeys ?? [];
  keys.push((keys.at(-1) ?? '').replace(/-\d{5}\./, '-99999.'));
  return Buffer.from(JSON.stringify(manifest, null, 2));
}
