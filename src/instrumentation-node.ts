import { env } from './env';

// A faulty environment stops the start here, with every fault named.
try {
  env();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
