import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareVersions, holeIn, knownHoles } from './known-holes';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { version?: string }>;
};
const installed = Object.entries(lock.packages).map(([place, { version = '' }]) => ({
  name: place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
  version,
}));

describe('the lock file', () => {
  it('holds no version in which a hole was published', () => {
    const holes = installed.flatMap(({ name, version }) => {
      const published = holeIn(name, version);
      return published ? [`${name} ${version}: ${published}`] : [];
    });
    expect(holes).toEqual([]);
  });

  it.each([
    'next',
    'next-auth',
    '@auth/core',
    '@node-saml/node-saml',
    'xml-crypto',
    '@xmldom/xmldom',
    'nodemailer',
  ])('has %s, which is watched', (name) => {
    expect(installed.map((one) => one.name)).toContain(name);
    expect(knownHoles.map((hole) => hole.name)).toContain(name);
  });
});

describe('a published hole', () => {
  it.each([
    ['@node-saml/node-saml', '5.0.1'],
    ['xml-crypto', '6.0.0'],
    ['@xmldom/xmldom', '0.8.14'],
    ['@xmldom/xmldom', '0.9.0'],
    ['@xmldom/xmldom', '0.7.13'],
    ['next', '16.3.2'],
    ['next', '15.5.18'],
    ['next-auth', '5.0.0-beta.9'],
    ['next-auth', '5.0.0-beta.31'],
    ['nodemailer', '7.0.11'],
  ])('is seen in %s %s', (name, version) => {
    expect(holeIn(name, version)).not.toBeNull();
  });

  it.each([
    ['@xmldom/xmldom', '0.8.15'],
    ['@xmldom/xmldom', '0.9.12'],
    ['next-auth', '5.0.0-beta.32'],
    ['next-auth', '5.0.0'],
    ['next', '16.10.0'],
    ['left-pad', '0.0.1'],
  ])('is not seen in %s %s', (name, version) => {
    expect(holeIn(name, version)).toBeNull();
  });

  it('is told by the order of semantic versioning', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.10.0',
      '2.0.0',
    ];
    const shuffled = [...ordered].sort(
      (a, b) =>
        ((a.length * 7 + a.charCodeAt(a.length - 1)) % 5) - ((b.length * 7 + b.charCodeAt(b.length - 1)) % 5),
    );
    expect(shuffled).not.toEqual(ordered);
    expect(shuffled.sort(compareVersions)).toEqual(ordered);
  });
});
