import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { renderControls, standards } from '@/operator/controls/controls';
import { evidence } from '@/operator/controls/evidence';
import type { Evidence } from '@/operator/controls/evidence-types';
import { iso27001 } from '@/operator/controls/iso27001';
import { soc2 } from '@/operator/controls/soc2';

const proofs: [string, Evidence][] = Object.entries(evidence);
const idsOf = (rows: readonly (readonly [string, ...unknown[]])[]) => rows.map(([id]) => id);
const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

/** The titles that a test runner is given in a file: of `it`, `test`, and of the tables of either. */
function titlesIn(file: string): Set<string> {
  const titles = new Set<string>();
  const rootOf = (node: ts.Expression): string =>
    ts.isIdentifier(node)
      ? node.text
      : ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)
        ? rootOf(node.expression)
        : '';
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ['it', 'test'].includes(rootOf(node.expression))) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) titles.add(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return titles;
}

describe('the map of controls', () => {
  it('is what docs/controls.md says', () => {
    expect(readFileSync('docs/controls.md', 'utf8'), 'run: node --import tsx scripts/controls.ts').toBe(
      renderControls(),
    );
  });

  it.each(proofs)('%s names files that are there', (_, { code, tests }) => {
    const files = [...code, ...tests.map(({ file }) => file)];
    expect(code.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it.each(proofs)('%s names tests that are there, by their titles', (_, { tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter(({ file, title }) => !titlesIn(file).has(title))).toEqual([]);
  });

  it('would notice a test that is gone', () => {
    const titles = titlesIn('tests/unit/env.test.ts');
    expect(titles).toContain('refuses %s as %s');
    expect(titles).not.toContain('reads no environment at all');
  });

  it('has every criterion and every control, once and in order', () => {
    const counts = {
      'CC1.': 5,
      'CC2.': 3,
      'CC3.': 4,
      'CC4.': 2,
      'CC5.': 3,
      'CC6.': 8,
      'CC7.': 5,
      'CC8.': 1,
      'CC9.': 2,
    };
    const privacy = { 'P1.': 1, 'P2.': 1, 'P3.': 2, 'P4.': 3, 'P5.': 2, 'P6.': 7, 'P7.': 1, 'P8.': 1 };
    const criteria = Object.entries({ ...counts, 'C1.': 2, ...privacy });
    expect(idsOf(soc2)).toEqual(criteria.flatMap(([prefix, count]) => numbered(prefix, count)));
    const annex = { 'A.5.': 37, 'A.6.': 8, 'A.7.': 14, 'A.8.': 34 };
    expect(idsOf(iso27001)).toEqual(
      Object.entries(annex).flatMap(([prefix, count]) => numbered(prefix, count)),
    );
  });

  it('leaves no proof unused, and no control without anybody who sees to it', () => {
    const rows = standards.flatMap((standard) => standard.rows);
    const used = new Set<string>(rows.flatMap(([, , uses]) => uses));
    expect(proofs.map(([id]) => id).filter((id) => !used.has(id))).toEqual([]);
    expect(rows.filter(([, , uses, operator]) => uses.length === 0 && operator === '')).toEqual([]);
  });
});
