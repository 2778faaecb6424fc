// Plain JavaScript: it runs before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Belvedere needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const STAMP = 'node_modules/.belvedere-installed';
const started = performance.now();
const digest = createHash('sha256')
  .update(readFileSync('package.json'))
  .update(readFileSync('package-lock.json'))
  .digest('hex');
const isFresh = existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest;
if (!isFresh) {
  process.stdout.write('Installing dependencies … ');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const install = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    // Only the WebAssembly engine is used, so no engine is downloaded.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
  });
  if (install.status !== 0) {
    console.error(`failed\n${install.stderr}`);
    process.exit(1);
  }
  writeFileSync(STAMP, digest);
  console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`);
}

// The AWS SDK warns of Node versions to come; that is for the log of whoever develops it.
process.removeAllListeners('warning');
const { register } = await import('tsx/esm/api');
register();
await import('./demo.ts');
