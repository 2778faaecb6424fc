// The bill of materials of what is shipped, as CycloneDX JSON: node scripts/sbom.mjs [FILE]. Made by npm itself from the
// lock file, so that it needs no network and lists what would be installed, not what happens to be.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const DEVELOPMENT = 'cdx:npm:package:development';

/** `name@version` of every package that is not for development alone, and whether it may be missing. */
function shippedRefs() {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const found = new Map();
  for (const [place, one] of Object.entries(packages)) {
    if (place === '' || one.dev) continue;
    const ref = `${place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${one.version}`;
    found.set(ref, Boolean(one.optional) && (found.get(ref) ?? true));
  }
  return found;
}

// npm's own --omit=dev also leaves out what is shipped where something for development needs it too.
const { status, stdout, stderr, error } = spawnSync(
  'npm',
  ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'],
  { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' },
);
if (error || status !== 0) {
  process.stderr.write(`The bill of materials could not be made:\n${error?.message ?? stderr}\n`);
  process.exit(1);
}

const bom = JSON.parse(stdout);
const { name } = JSON.parse(readFileSync('package.json', 'utf8'));
const shipped = shippedRefs();
// npm says of two places of one version what is true of one of them.
const components = bom.components
  .filter((one) => shipped.has(`${one.name}@${one.version}`))
  .map((one) => ({
    ...one,
    scope: shipped.get(`${one.name}@${one.version}`) ? 'optional' : 'required',
    properties: (one.properties ?? []).filter((property) => property.name !== DEVELOPMENT),
  }));
const refs = new Set([bom.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
const text = `${JSON.stringify(
  {
    ...bom,
    // npm takes the name of the folder.
    metadata: { ...bom.metadata, component: { ...bom.metadata.component, name } },
    components,
    dependencies: bom.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map((one) => ({ ...one, dependsOn: (one.dependsOn ?? []).filter((ref) => refs.has(ref)) })),
  },
  null,
  2,
)}\n`;

const [target] = process.argv.slice(2);
if (target) writeFileSync(target, text);
else process.stdout.write(text);
process.stderr.write(`${components.length} packages${target ? `, written to ${target}` : ''}\n`);
