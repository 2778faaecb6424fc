import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  exceptionFor,
  EXCEPTIONS,
  isAllowedLicence,
  refusedPackages,
  renderLicences,
  shippedPackages,
} from '../../../scripts/licences';

const packages = shippedPackages(readFileSync('package-lock.json', 'utf8'));

describe('licences', () => {
  it('knows the licence of every package that is shipped', () => {
    expect(packages.length).toBeGreaterThan(100);
    expect(refusedPackages(packages)).toEqual([]);
  });

  it('are of what is shipped, not of what only tests and builds use', () => {
    const names = packages.map(({ name }) => name);
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    expect(Object.keys(dependencies).filter((name) => !names.includes(name))).toEqual([]);
    expect(names).not.toContain('eslint');
    expect(names).not.toContain('vitest');
    expect(Object.keys(devDependencies)).toContain('vitest');
  });

  it('are the ones that the installed packages name themselves', () => {
    const differing = packages.filter(({ name, version, licence }) => {
      const file = `node_modules/${name}/package.json`;
      if (!existsSync(file)) return false;
      const own = JSON.parse(readFileSync(file, 'utf8')) as { version: string; license?: unknown };
      return own.version === version && typeof own.license === 'string' && own.license !== licence;
    });
    expect(differing).toEqual([]);
  });

  it('have no exception that nothing needs', () => {
    const needed = new Set(packages.map(exceptionFor));
    expect(EXCEPTIONS.filter((one) => !needed.has(one))).toEqual([]);
  });

  it.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0)', 'MIT OR GPL-3.0', 'MIT AND ISC', '(MIT OR CC0-1.0)'])(
    'allow %s',
    (licence) => {
      expect(isAllowedLicence(licence)).toBe(true);
    },
  );

  it.each([
    'GPL-3.0',
    'AGPL-3.0-only',
    'MIT AND GPL-3.0',
    'SSPL-1.0',
    'UNLICENSED',
    'none named',
    '',
    'MIT-like',
    '(MIT AND (ISC OR GPL-3.0))',
  ])('do not allow %j without a look', (licence) => {
    expect(isAllowedLicence(licence)).toBe(false);
    expect(refusedPackages([{ name: 'left-pad', version: '1.0.0', licence }])).toHaveLength(1);
  });

  it('do not let one exception stand for another package or another licence', () => {
    expect(refusedPackages([{ name: 'other', version: '1.0.0', licence: 'EPL-2.0' }])).toHaveLength(1);
    expect(refusedPackages([{ name: 'elkjs', version: '1.0.0', licence: 'GPL-3.0' }])).toHaveLength(1);
  });

  it('are listed with a note beside each exception', () => {
    const lines = renderLicences(packages).split('\n');
    expect(lines.filter((line) => line.startsWith('| ')).length).toBe(packages.length + 1);
    expect(lines.find((line) => line.startsWith('| elkjs '))).toContain('Prisma');
  });
});
