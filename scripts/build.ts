import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startNode } from './processes';

const STAMP = path.join('.next', 'belvedere-sources');
const SOURCES = [
  'src',
  'public',
  'prisma',
  'next.config.js',
  'tsconfig.json',
  'postcss.config.mjs',
  'package-lock.json',
];

function filesOf(entry: string): string[] {
  const names = readdirSync(entry, { withFileTypes: true });
  return names.flatMap((name) => {
    const full = path.join(entry, name.name);
    if (full === path.join('src', 'db', 'generated')) return [];
    return name.isDirectory() ? filesOf(full) : [full];
  });
}

/** One digest over everything that a build is made of. */
export function sourceDigest(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const files = existsSync(source) && path.extname(source) === '' ? filesOf(source).sort() : [source];
    for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Builds for production unless the last build has the same sources. True where it had to build. */
export async function buildIfStale(env: Record<string, string>, logDir: string): Promise<boolean> {
  const digest = sourceDigest();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest) return false;
  const build = startNode(
    'build',
    ['node_modules/next/dist/bin/next', 'build'],
    { ...env, NODE_ENV: 'production' },
    { logDir },
  );
  if ((await build.exited) !== 0)
    throw new Error(
      `The build failed:\n${readFileSync(path.join(logDir, 'build.log'), 'utf8').slice(-3000)}`,
    );
  mkdirSync('.next', { recursive: true });
  writeFileSync(STAMP, digest);
  return true;
}
