/**
 * `yard test`: the project's own checks, linter first, then every compiled test under tap. The type
 * check has already happened: the launcher compiles before it starts us.
 */

import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { UsageError } from '../../base/errors.js';
import { compiledRoot, projectRoot } from '../../base/project-root.js';
import { makeTempDirectory, removeTree } from '../../base/run-dir.js';
import { counts, failedTests, type Tally, tally } from '../tap-tally.js';

/** Runs the tests whose file name contains one of the filters, or all; returns the exit status. */
export async function testCommand(filters: readonly string[]): Promise<number> {
  const files = await testFiles(filters);
  const checks = filters.length === 0 ? await runChecks() : { passed: 0, failed: 0, skipped: 0 };
  const tests = await runTap(files);
  const passed = checks.passed + tests.passed;
  const failed = checks.failed + tests.failed;
  const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : '';
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped}\n`);
  return failed === 0 ? 0 : 1;
}

async function testFiles(filters: readonly string[]): Promise<readonly string[]> {
  const root = join(compiledRoot(), 'test');
  const names = (await readdir(root, { recursive: true })).filter((n) => n.endsWith('.test.js'));
  const chosen = names.filter((n) => filters.length === 0 || filters.some((f) => n.includes(f)));
  if (chosen.length === 0) {
    const asked = filters.join(' ');
    throw new UsageError('NOTHING_SELECTED', `no test file matches ${asked}; see test/ for names`);
  }
  return chosen.sort().map((name) => relative(projectRoot(), join(root, name)));
}

function binary(name: string): string {
  return join(projectRoot(), 'node_modules', '.bin', name);
}

/** What looks at the code without running it; the launcher compiles all but the report's page. */
const checks = [
  ['biome', 'ci', '--error-on-warnings', '.'],
  ['tsc', '-p', 'report-page', '--noEmit'],
] as const;

async function runChecks(): Promise<Tally> {
  const options = { cwd: projectRoot(), stdio: 'inherit', reject: false } as const;
  let failed = 0;
  for (const [program, ...argv] of checks) {
    const { exitCode } = await execa(binary(program), argv, options);
    if (exitCode === 0) continue;
    process.stdout.write(`failed  ${[program, ...argv].join(' ')}\n`);
    failed += 1;
  }
  return { passed: checks.length - failed, failed, skipped: 0 };
}

async function runTap(files: readonly string[]): Promise<Tally> {
  const directory = await makeTempDirectory('tap');
  const output = join(directory, 'all.tap');
  const flags = ['--disable-coverage', '--allow-empty-coverage', '--reporter=terse'];
  const jobs = `--jobs=${availableParallelism()}`;
  try {
    const argv = ['run', ...flags, jobs, '--timeout=480', `--output-file=${output}`, ...files];
    const options = { cwd: projectRoot(), stdio: 'inherit', reject: false } as const;
    const { exitCode } = await execa(binary('tap'), argv, options);
    const tap = await readFile(output, 'utf8');
    for (const line of failedTests(tap)) process.stdout.write(`failed  ${line}\n`);
    for (const line of counts(tap)) process.stdout.write(`counted  ${line}\n`);
    return tally(tap, exitCode === 0);
  } finally {
    await removeTree(directory);
  }
}
