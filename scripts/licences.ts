import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Licences under which a package may be shipped: they ask for a notice at most. */
export const ALLOWED: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
];

interface Exception {
  /** The package's name; an asterisk stands for any end of it. */
  readonly name: string;
  readonly licence: string;
  readonly why: string;
}

/** Looked at one by one. Another licence of the same package, or the same licence of another package, is not allowed by it. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    name: '@fontsource-variable/inter',
    licence: 'OFL-1.1',
    why: 'A font, shipped unchanged under its own name.',
  },
  { name: 'caniuse-lite', licence: 'CC-BY-4.0', why: 'A table of browsers, used unchanged when building.' },
  {
    name: '@img/sharp-*',
    licence: 'Apache-2.0 AND LGPL-3.0-or-later',
    why: 'Optional part of Next.js, not loaded; a library of its own that anyone can replace.',
  },
  {
    name: '@img/sharp-libvips-*',
    licence: 'LGPL-3.0-or-later',
    why: 'Optional part of Next.js, not loaded; a library of its own that anyone can replace.',
  },
  {
    name: '@img/sharp-wasm32',
    licence: 'Apache-2.0 AND LGPL-3.0-or-later AND MIT',
    why: 'Optional part of Next.js, not loaded; a library of its own that anyone can replace.',
  },
  {
    name: 'elkjs',
    licence: 'EPL-2.0',
    why: 'Comes with the command line of Prisma, unchanged; no part of what runs.',
  },
  {
    name: '@visx/vendor',
    licence: 'MIT and ISC',
    why: 'Comes with the command line of Prisma; both licences are allowed, only the form is not SPDX.',
  },
  {
    name: 'seq-queue',
    licence: 'none named',
    why: 'Comes with the command line of Prisma; its licence file says MIT.',
  },
];

export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

const LockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

const nameOf = (place: string) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Every package of the text of package-lock.json that is not for development alone, each version once, by name. */
export function shippedPackages(lockFile: string): ShippedPackage[] {
  const found = new Map<string, ShippedPackage>();
  for (const [place, one] of Object.entries(LockFile.parse(JSON.parse(lockFile)).packages)) {
    if (place === '' || one.dev || one.link) continue;
    const shipped = { name: nameOf(place), version: one.version ?? '', licence: one.license ?? 'none named' };
    found.set(`${shipped.name} ${shipped.version}`, shipped);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const matches = (pattern: string, name: string) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** The exception that lets a package in, if it takes one. */
export function exceptionFor({ name, licence }: ShippedPackage): Exception | undefined {
  return EXCEPTIONS.find((one) => one.licence === licence && matches(one.name, name));
}

/** True for an allowed licence, for a choice of which one is allowed, and for a sum of which all are. */
export function isAllowedLicence(licence: string): boolean {
  const plain = licence.replace(/^\((.*)\)$/, '$1');
  if (/[()]/.test(plain)) return false;
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((one) => ALLOWED.includes(one)));
}

export function refusedPackages(packages: readonly ShippedPackage[]): ShippedPackage[] {
  return packages.filter((one) => !isAllowedLicence(one.licence) && !exceptionFor(one));
}

export function renderLicences(packages: readonly ShippedPackage[]): string {
  const rows = packages.map(
    (one) => `| ${one.name} | ${one.version} | ${one.licence} | ${exceptionFor(one)?.why ?? ''} |`,
  );
  return `${['# Licences of what is shipped', '', '| package | version | licence | note |', '|---|---|---|---|', ...rows].join('\n')}\n`;
}

/** `node --import tsx scripts/licences.ts [FILE]`: the list to a file or standard output; ends with 1 where one is not allowed. */
function main(target: string | undefined): void {
  const packages = shippedPackages(readFileSync('package-lock.json', 'utf8'));
  const text = renderLicences(packages);
  if (target) writeFileSync(target, text);
  else process.stdout.write(text);
  for (const { name, version, licence } of refusedPackages(packages)) {
    console.error(`${name} ${version} is under a licence that was not looked at: ${licence}`);
    process.exitCode = 1;
  }
}

if (path.resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) main(process.argv[2]);
