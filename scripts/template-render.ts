import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderBucketTemplate } from '../src/aws/render-bucket-template';
import { renderExportTemplate } from '../src/aws/render-export-template';
import { renderTemplate, renderTemplateJson } from '../src/aws/render-template';
import { TEMPLATE_VERSION } from '../src/aws/template-constants';
import { currentVersion, templateSha256 } from '../src/aws/template-history';

const rendered: Record<string, () => string> = {
  'cloudformation/belvedere-readonly.yaml': renderTemplate,
  'cloudformation/belvedere-readonly.json': renderTemplateJson,
  'public/cloudformation/belvedere-readonly.yaml': renderTemplate,
  'public/cloudformation/belvedere-readonly.json': renderTemplateJson,
  'cloudformation/belvedere-billing-export.yaml': renderExportTemplate,
  'cloudformation/belvedere-bucket-files.yaml': renderBucketTemplate,
};

const fileOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

function stored(path: string): string | null {
  try {
    return readFileSync(fileOf(path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(fileOf(path)), { recursive: true });
  writeFileSync(fileOf(path), text);
  console.log(`Wrote ${path}`);
}

function recordedSha256(path: string): string | null {
  const text = stored(path);
  return text === null ? null : (JSON.parse(text) as { sha256: string }).sha256;
}

const NEXT_VERSION =
  'Raise TEMPLATE_VERSION in src/aws/template-constants.ts, then run: npx tsx scripts/template-render.ts --record "What changed"';

/** Keeps the template as a version, once: a recorded version never changes. */
function record(summary: string): boolean {
  const path = `cloudformation/versions/${TEMPLATE_VERSION}.json`;
  const known = recordedSha256(path);
  if (known === templateSha256()) return true;
  if (known !== null) {
    console.error(`Version ${TEMPLATE_VERSION} is recorded with other content. ${NEXT_VERSION}`);
    return false;
  }
  const date = new Date().toISOString().slice(0, 10);
  write(path, `${JSON.stringify(currentVersion(date, summary), null, 2)}\n`);
  console.log('Add it to templateVersions in src/aws/template-history.ts.');
  return true;
}

function check(): boolean {
  const stale = Object.entries(rendered).filter(([path, render]) => stored(path) !== render());
  for (const [path] of stale) {
    console.error(`${path} does not match src/aws/permissions.ts. Run: npx tsx scripts/template-render.ts`);
  }
  const isRecorded = recordedSha256(`cloudformation/versions/${TEMPLATE_VERSION}.json`) === templateSha256();
  if (!isRecorded)
    console.error(`This template is not recorded as version ${TEMPLATE_VERSION}. ${NEXT_VERSION}`);
  return stale.length === 0 && isRecorded;
}

const flags = process.argv.slice(2);
const summary = flags[flags.indexOf('--record') + 1];
if (flags.includes('--check')) {
  if (check()) console.log('The template is up to date.');
  else process.exitCode = 1;
} else if (flags.includes('--record') && !summary) {
  console.error('Say in one sentence what changed: --record "What changed"');
  process.exitCode = 1;
} else {
  for (const [path, render] of Object.entries(rendered)) write(path, render());
  if (flags.includes('--record') && summary && !record(summary)) process.exitCode = 1;
}
