/**
 * Commands that prove the project itself: tests, mutations, benchmarks; and the Butane translator.
 */

import { Argument, type Command } from 'commander';
import { requireBounds } from '../bench-bounds.js';
import { type GivenOption, requireMeant } from '../meant-options.js';
import { imageOptions, machineOptions, positive } from './options.js';

/** Benchmarks that need no platform of their own. */
const bootlessBenches = {
  schedule: async () => (await import('../commands/bench-schedule.js')).benchScheduleCommand,
  butane: async () => (await import('../commands/bench-butane.js')).benchButaneCommand,
  report: async () => (await import('../commands/bench-report.js')).benchReportCommand,
  record: async () => (await import('../commands/bench-record.js')).benchRecordCommand,
  again: async () => (await import('../commands/bench-command.js')).benchAgainCommand,
  update: async () => (await import('../commands/bench-command.js')).benchUpdateCommand,
  'no-fork': async () => (await import('../commands/bench-command.js')).benchNoForkCommand,
} as const;

export function addProofs(program: Command): void {
  const mutate = program
    .command('mutate')
    .description('break the image on purpose and show that the suites notice')
    .argument('[globs...]', 'mutation or suite ids')
    .option('--sample <n>', 'a rotating sample instead of all', positive)
    .option('--json', 'print one JSON object');
  machineOptions(imageOptions(mutate)).action(async (globs, options) => {
    const { mutateCommand } = await import('../commands/mutate.js');
    process.exitCode = await mutateCommand(globs, options);
  });
  const benchName = new Argument('[name]', 'what to measure').default('boot');
  const platformBenches = ['boot', 'fork', 'many-forks', 'network'];
  benchName.choices([...platformBenches, 'gate', ...Object.keys(bootlessBenches)]);
  const bench = program
    .command('bench')
    .description('measure')
    .addArgument(benchName)
    .option('--samples <n>', 'how many times', positive)
    .option('--check', 'of `network` and `gate`: fail beyond the bounds')
    .option('--select <selectors...>', 'of `again`, `update` and `no-fork`: the suites')
    .option('--json', 'print one JSON object');
  machineOptions(imageOptions(bench)).action(async (name, options) => {
    requireBounds(name, options);
    requireMeant(name, givenTo(bench));
    if (name === 'gate') {
      const { benchGateCommand } = await import('../commands/bench-gate.js');
      process.exitCode = await benchGateCommand(options);
      return;
    }
    const bootless = bootlessBenches[name as keyof typeof bootlessBenches];
    if (bootless) return await (await bootless())(options);
    const { benchCommand } = await import('../commands/bench.js');
    process.exitCode = await benchCommand(
      name as 'boot' | 'fork' | 'many-forks' | 'network',
      options,
    );
  });
}

/** What was on the command line, without defaults. */
function givenTo(command: Command): readonly GivenOption[] {
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    const isGiven = command.getOptionValueSource(name) === 'cli';
    return isGiven ? [{ name, flag: option.long ?? option.flags }] : [];
  });
}

export function addButane(program: Command): void {
  program
    .command('butane')
    .description('translate a Butane config (flatcar 1.0.0, 1.1.0) to Ignition')
    .argument('[in.bu]', 'the config; default: stdin')
    .option('-s, --strict', 'refuse warnings, too')
    .option('-d, --files-dir <dir>', 'where local files, trees and keys are')
    .option('-o, --output <file>', 'instead of stdout')
    .option('-p, --pretty', 'indent the JSON')
    .option('-c, --check', 'report only, write nothing')
    .action(async (file, options) => {
      const { butaneCommand } = await import('../commands/butane.js');
      process.exitCode = await butaneCommand(file, options);
    });
}
