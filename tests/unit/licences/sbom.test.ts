import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { shippedPackages } from '../../../scripts/licences';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly scope: string;
  readonly properties: readonly { readonly name: string }[];
}

interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

describe('the bill of materials', () => {
  let bom: Bom;

  beforeAll(() => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/sbom.mjs'], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(status, stderr).toBe(0);
    bom = JSON.parse(stdout) as Bom;
  });

  it('lists every package that is shipped, and none that is not', () => {
    const shipped = shippedPackages(readFileSync('package-lock.json', 'utf8'));
    expect(bom.bomFormat).toBe('CycloneDX');
    expect(bom.components.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
      shipped.map(({ name, version }) => `${name} ${version}`).sort(),
    );
  });

  it('calls nothing of it optional or for development that is needed', () => {
    const { dependencies, name } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: Record<string, string>;
      name: string;
    };
    expect(bom.metadata.component.name).toBe(name);
    for (const [direct, version] of Object.entries(dependencies)) {
      const found = bom.components.find((one) => one.name === direct && one.version === version);
      expect(found?.scope, direct).toBe('required');
      expect(found?.properties.map((property) => property.name)).not.toContain('cdx:npm:package:development');
    }
  });

  it('names nothing in its tree that it does not list', () => {
    const refs = new Set([bom.metadata.component, ...bom.components].map((one) => one['bom-ref']));
    const named = bom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(named.filter((ref) => !refs.has(ref))).toEqual([]);
    expect(new Set(bom.dependencies.map(({ ref }) => ref))).toEqual(refs);
  });
});
