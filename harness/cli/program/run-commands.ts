/**
 * Commands that run suites or say which there are.
 */

import type { Command } from 'commander';
import { count, imageOptions, machineOptions, positive, repeats, shard } from './options.js';

export function addRun(program: Command): void {
  const run = program
    .command('run')
    .description('prove an image: boot machines, run suites, print the verdict')
    .argument('[selectors...]', 'ids, globs, tag:NAME, claim:ID; !X takes away')
    .option('--retries <n>', 'try a failed case again; a pass then is flaky', count)
    .option('--repeat-each <n>', 'run each suite so often, on a new machine each time', repeats)
    .option('--max-failures <n>', 'end the run after so many failed cases', positive)
    .option('--no-screens', 'machines without a screen, failures without a picture of it')
    .option('--keep-disks', 'keep the disks of machines whose case does not pass')
    .option('--verify-forks <percent>', 'boot a sample of the forked cases cold, too', count)
    .option('--last-failed', 'only suites that did not pass in the last run')
    .option('--shard <i/n>', 'run one of n parts of about the same length', shard)
    .option('--json', 'print one JSON object on stdout')
    .option('--plain', 'one line per case, no live display')
    .option('--quiet', 'print the summary only');
  machineOptions(imageOptions(run)).action(async (selectors, options) => {
    const { runCommand } = await import('../commands/run.js');
    process.exitCode = await runCommand(selectors, options);
  });
}

export function addList(program: Command): void {
  program
    .command('list')
    .description('show the suites')
    .argument('[selectors...]', 'as for run')
    .option('--json', 'print one JSON object')
    .action(async (selectors, options) => {
      const { listCommand } = await import('../commands/list.js');
      await listCommand(selectors, options);
    });
}
