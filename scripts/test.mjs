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
/** What failed, by name, told again at the end: whoever sees only the end of a log must not have to guess. */
const failures = [];

function run(name, file, runArgs) {
  const started = performance.now();
  process.stdout.write(`\n▸ ${name}\n`);
  const { status } = spawnSync(process.execPath, [file, ...runArgs], {
    stdio: 'inherit',
    env: { ...process.env, FORCE_COLOR: '0', NODE_NO_WARNINGS: '1' },
  });
  return { isOk: status === 0, seconds: ((performance.now() - started) / 1000).toFixed(1) };
}

const say = (name, isOk, seconds) =>
  process.stdout.write(`  ${name}: ${isOk ? 'ok' : 'FAILED'}, ${seconds} s\n`);

function check(name, file, runArgs) {
  const { isOk, seconds } = run(name, file, runArgs);
  say(name, isOk, seconds);
  if (isOk) passed += 1;
  else {
    failed += 1;
    failures.push(name);
  }
}

/**
 * Counts from the runner's own report, whatever it exits with: an embedded PostgreSQL that stops ends a process well. A run that
 * left no report, or failed without a failed test, counts as one failure.
 */
function suite(name, file, runArgs, report, read) {
  const { isOk: isWell, seconds } = run(name, file, runArgs);
  const counts = existsSync(report)
    ? read(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, names: [], isOk: false };
  const isOk = isWell && counts.isOk && counts.names.length === 0;
  say(name, isOk, seconds);
  passed += counts.passed;
  const names = counts.names.length > 0 || isOk ? counts.names : ['ended without a failed test'];
  failed += names.length;
  failures.push(...names.map((one) => `${name}: ${one}`));
}

/** The first lines of an error, without the colours of a terminal. */
function firstLines(message = '') {
  return message
    .replace(/\u001b\[[0-9;]*m/g, '')
    .split('\n')
    .slice(0, 3)
    .join(' ')
    .slice(0, 400);
}

/** What failed in a report of vitest: its tests, and files that fail around them, whose tests count as skipped. */
function failedInVitest(json) {
  return json.testResults.flatMap((file) => {
    const where = path.relative('.', file.name);
    const tests = file.assertionResults.filter((test) => test.status === 'failed');
    if (tests.length > 0)
      return tests.map((test) => `${where} › ${test.fullName}: ${firstLines(test.failureMessages?.[0])}`);
    return file.status === 'failed' ? [`${where}: ${firstLines(file.message)}`] : [];
  });
}

/** What failed in a report of Playwright, whose suites lie in suites. */
function failedInPlaywright(json) {
  const within = (suites, trail) =>
    suites.flatMap((one) => [
      ...within(one.suites ?? [], [...trail, one.title]),
      ...(one.specs ?? [])
        .filter((spec) => spec.tests.some((test) => test.status === 'unexpected'))
        .map((spec) => {
          const last = spec.tests.flatMap((test) => test.results).findLast((result) => result.error);
          return `${[...trail, one.title, spec.title].join(' › ')}: ${firstLines(last?.error?.message)}`;
        }),
    ]);
  return within(json.suites, []);
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
      names: failedInVitest(json),
      isOk: json.success || Boolean(pattern),
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
      names: failedInPlaywright(json),
      isOk: json.stats.unexpected === 0,
    }));
  }
}

for (const one of failures) process.stdout.write(`\n✗ ${one}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
