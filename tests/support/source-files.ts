import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface SourceFile {
  /** Relative to src, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Our own source, generated code left out. */
export function sourceFiles(): SourceFile[] {
  const root = path.resolve('src');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('db/generated/'))
    .map((file) => ({ path: file, text: readFileSync(path.join(root, file), 'utf8') }));
}
