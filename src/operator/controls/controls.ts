import { evidence, type EvidenceId } from './evidence';
import type { Evidence } from './evidence-types';
import { iso27001 } from './iso27001';
import { soc2 } from './soc2';

/** The standard's number, what it asks for in our words, what the code has for it, and what is left to the operator. */
export type ControlRow = readonly [
  id: string,
  asks: string,
  evidence: readonly EvidenceId[],
  operator: string,
];

export const standards: readonly { readonly title: string; readonly rows: readonly ControlRow[] }[] = [
  { title: 'SOC 2: common criteria, confidentiality, privacy', rows: soc2 },
  { title: 'ISO/IEC 27001:2022, Annex A', rows: iso27001 },
];

const cell = (text: string) => text.replaceAll('|', '\\|');
const link = (file: string) => `[\`${file}\`](../${file})`;

function renderRow([id, asks, uses, operator]: ControlRow): string {
  const proofs = uses.map((use) => `[${use}](#${use})`).join(', ');
  return `| ${id} | ${cell(asks)} | ${proofs || '–'} | ${cell(operator) || '–'} |`;
}

function renderEvidence(id: string, { says, code, tests }: Evidence): string {
  const files = [...new Set(tests.map(({ file }) => file))];
  const titles = (of: string) =>
    tests.filter(({ file }) => file === of).map(({ title }) => `  - ${title.replaceAll('*', '\\*')}`);
  return [
    `### ${id}`,
    '',
    says,
    '',
    `- Code: ${code.map(link).join(', ')}`,
    ...files.flatMap((file) => [`- Tests: ${link(file)}`, ...titles(file)]),
  ].join('\n');
}

/** docs/controls.md, whole. */
export function renderControls(): string {
  const tables = standards.map(({ title, rows }) =>
    [
      `## ${title}`,
      '',
      '| control | asks for | what the code has | what the operator does |',
      '|---|---|---|---|',
      ...rows.map(renderRow),
    ].join('\n'),
  );
  return `${[
    '# Controls',
    'Which part of which control this version of Belvedere holds, where in the code, which test fails when it no longer does, and what stays with whoever runs it. It is a map for an audit, not a certificate: only an audit of an operator gives one. Numbers are those of the standards, words are ours. A dash means that code cannot help.',
    'This file is made from [`src/operator/controls`](../src/operator/controls) by `node --import tsx scripts/controls.ts`. A test fails when it is not, or when a file or a test that it names is gone.',
    ...tables,
    '## Evidence',
    ...Object.entries(evidence).map(([id, one]) => renderEvidence(id, one)),
  ].join('\n\n')}\n`;
}
