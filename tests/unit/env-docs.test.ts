import { readFileSync } from 'node:fs';
import { parseEnv as parseDotEnv } from 'node:util';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parseEnv } from '@/env';
import { operatorVariables } from '@/operator/operator-env';

// Node's own, which a deployment sets by no file of ours.
const OF_NODE = ['NODE_ENV', 'NODE_TLS_REJECT_UNAUTHORIZED'];
// Read by scripts alone.
const OF_SCRIPTS = ['MIGRATION_DATABASE_URL'];

/** The names that the schema in src/env.ts reads, from its source. */
function namesRead(): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && /^[A-Z][A-Z0-9_]+$/.test(node.name.getText())) {
      names.push(node.name.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('env.ts', readFileSync('src/env.ts', 'utf8'), ts.ScriptTarget.Latest, true));
  return [...names, ...Object.keys(operatorVariables)];
}

const example = readFileSync('.env.example', 'utf8');
const wanted = [...namesRead().filter((name) => !OF_NODE.includes(name)), ...OF_SCRIPTS].sort();

describe('.env.example', () => {
  it('has every variable that is read, and no other', () => {
    expect(wanted).toContain('DATABASE_URL');
    expect(Object.keys(parseDotEnv(example)).sort()).toEqual(wanted);
  });

  it('says something of each above it', () => {
    const lines = example.split('\n');
    const unexplained = wanted.filter((name) => {
      const at = lines.findIndex((line) => line.startsWith(`${name}=`));
      const before = lines.slice(0, at).findLast((line) => !/^[A-Z_]+=/.test(line)) ?? '';
      return !before.startsWith('# ') || before.startsWith('# ---');
    });
    expect(unexplained).toEqual([]);
  });

  it('works unedited on this machine, whatever the database is', () => {
    const values = { ...parseDotEnv(example), DATABASE_URL: 'postgresql://web:x@127.0.0.1:5432/belvedere' };
    expect(parseEnv(values).appUrl).toBe('http://localhost:3000');
  });

  it('refuses each of its secrets elsewhere', () => {
    const elsewhere = {
      ...parseDotEnv(example),
      DATABASE_URL: 'postgresql://web:x@127.0.0.1:5432/belvedere',
      BELVEDERE_URL: 'https://cost.example.com',
    };
    const refusal = () => parseEnv(elsewhere);
    for (const name of ['AUTH_SECRET', 'RECEIPT_SIGNING_KEY', 'ENCRYPTION_KEYS', 'MAIL_URL']) {
      expect(refusal, name).toThrow(`  ${name}: `);
    }
  });
});

describe('README.md', () => {
  it('names every variable, those of the operator together', () => {
    const readme = readFileSync('README.md', 'utf8');
    const named = (name: string) =>
      readme.includes(`\`${name.startsWith('OPERATOR_') ? 'OPERATOR_…' : name}\``);
    expect(wanted.filter((name) => !named(name))).toEqual([]);
  });
});
