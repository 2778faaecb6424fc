// npm test: everything that CI runs, one line a step, and a closing line `N passed, N failed`.
// npm test -- T08: only the unit and integration tests whose names match. npm run check: format, lint, types, unit.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const args = process.argv.slice(2);
const isCheck = args.includes('--check');
const pattern = args.find((arg) => !arg.startsWith('--'));
const results = path.join('.belvedere', 'results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

let passed = 0;
let failed = 0;

function run(name, file, runArgs) {
  const started = performance.now();
  process.stdout.write(`\n▸ ${name}\n`);
  const { status } = spawnSync(process.execPath, [file, ...runArgs], {
    stdio: 'inherit',
    env: { ...process.env, FORCE_COLOR: '0', NODE_NO_WARNINGS: '1' },
  });
  process.stdout.write(
    `  ${name}: ${status === 0 ? 'ok' : 'FAILED'}, ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return status === 0;
}

function check(name, file, runArgs) {
  if (run(name, file, runArgs)) passed += 1;
  else failed += 1;
}

/** Counts from the runner's own report; a run that left none, or failed without a failed test, counts as one failure. */
function suite(name, file, runArgs, report, read) {
  const isOk = run(name, file, runArgs);
  const counts = existsSync(report)
    ? read(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0 };
  passed += counts.passed;
  failed += counts.failed > 0 || isOk ? counts.failed : 1;
}

const bin = (...parts) => path.join('node_modules', ...parts);
const vitest = (project) => {
  const report = path.join(results, `${project}.json`);
  suite(
    `${project} tests`,
    bin('vitest', 'vitest.mjs'),
    [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...(pattern ? ['-t', pattern, '--passWithNoTests'] : []),
    ],
    report,
    (json) => ({
      passed: json.numPassedTests,
      failed:
        json.numFailedTests +
        // A file that fails before or after its tests has no failed test, and its tests count as skipped.
        json.testResults.filter(
          (one) => one.status === 'failed' && !one.assertionResults.some((test) => test.status === 'failed'),
        ).length,
    }),
  );
};

if (!pattern) {
  check('format', bin('prettier', 'bin', 'prettier.cjs'), ['--check', '.', '--log-level', 'warn']);
  check('lint', bin('eslint', 'bin', 'eslint.js'), ['.', '--max-warnings', '0']);
  check('types', bin('typescript', 'bin', 'tsc'), ['--noEmit']);
}
vitest('unit');
if (!isCheck) {
  vitest('integration');
  if (!pattern) {
    const report = path.join('.belvedere', 'e2e-results.json');
    rmSync(report, { force: true });
    suite('browser tests', bin('@playwright', 'test', 'cli.js'), ['test'], report, (json) => ({
      passed: json.stats.expected + json.stats.flaky,
      failed: json.stats.unexpected,
    }));
  }
}

process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
