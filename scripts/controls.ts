import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderControls } from '../src/operator/controls/controls';

// Writes docs/controls.md; with --check only says whether it is what the table renders.
const file = fileURLToPath(new URL('../docs/controls.md', import.meta.url));
const text = renderControls();
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
  console.log('Wrote docs/controls.md');
} else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/controls.md is not what the table renders. Run: node --import tsx scripts/controls.ts');
  process.exitCode = 1;
}
