import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderTemplate } from '../src/aws/render-template';

const file = fileURLToPath(new URL('../cloudformation/belvedere-readonly.yaml', import.meta.url));

function stored(): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

if (process.argv.includes('--check')) {
  if (stored() === renderTemplate()) {
    console.log('The template is up to date.');
  } else {
    console.error(
      'The template does not match src/aws/permissions.ts. Run: npx tsx scripts/template-render.ts',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, renderTemplate());
  console.log('Wrote cloudformation/belvedere-readonly.yaml');
}
