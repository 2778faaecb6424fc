import { z } from 'zod';
import { ConnectionRef } from '@/features/connections/schemas';

export const StartSourceInput = z.strictObject({
  name: z
    .string()
    .transform((text) => text.trim().replace(/\s+/g, ' '))
    .pipe(z.string().min(1, 'Give it a name.').max(80, 'A name has at most 80 characters.')),
});
export type StartSourceInput = z.infer<typeof StartSourceInput>;

/** Of a path: only what stands behind the last slash. */
const fileName = z
  .string('Say how the file is called: ?name=january.csv')
  .transform((text) =>
    text
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/[\p{C}]/gu, '')
      .trim(),
  )
  .pipe(
    z
      .string()
      .min(1, 'Say how the file is called: ?name=january.csv')
      .max(200, 'A file name has at most 200 characters.'),
  );

export const ReceiveFileInput = ConnectionRef.extend({
  name: fileName,
  /** Loaded without another word if nothing is wrong with it. */
  isWanted: z.boolean(),
});
export type ReceiveFileInput = z.infer<typeof ReceiveFileInput>;

export const FileRef = ConnectionRef.extend({ fileId: z.uuid('There is no such file.') });
export type FileRef = z.infer<typeof FileRef>;

export type FileState = 'receiving' | 'received' | 'read' | 'refused' | 'wanted' | 'loaded';

/** What a file costs of one provider in one currency, exactly as its rows add up. */
export interface FileTotal {
  readonly provider: string;
  readonly currency: string;
  readonly rows: number;
  readonly billed: string;
  readonly effective: string;
}

export interface FileProblem {
  /** Counted from 1, without the line of column names; null where it is of the whole file. */
  readonly row: number | null;
  readonly column: string;
  readonly value: string;
  readonly message: string;
}
