/**
 * Commands about stored runs: lists, reports, capsules, history.
 */

import { type Command, Option } from 'commander';
import { count, positive, storeOptions } from './options.js';

const formatNames = [
  'tap',
  'junit',
  'json',
  'ctrf',
  'markdown',
  'step-summary',
  'html',
  'annotations',
  'otlp',
] as const;

export function addRuns(program: Command): void {
  const runs = program.command('runs').description('list, show and remove what runs left on disk');
  storeOptions(runs.command('ls'))
    .description('all runs, newest first')
    .option('--json', 'print one JSON object')
    .action(async (options) => {
      const { listRunsCommand } = await import('../commands/runs.js');
      await listRunsCommand(options);
    });
  storeOptions(runs.command('show'))
    .description('the summary of a run')
    .argument('[run]', 'id, part of one, directory, or `latest`', 'latest')
    .option('--json', 'print the object of yard run --json')
    .action(async (run, options) => {
      const { showRunCommand } = await import('../commands/runs.js');
      process.exitCode = await showRunCommand(run, options);
    });
  storeOptions(runs.command('rm'))
    .description('remove runs; kept and living ones stay')
    .argument('<runs...>', 'as for show')
    .action(async (names, options) => {
      const { removeRunsCommand } = await import('../commands/runs.js');
      await removeRunsCommand(names, options);
    });
  storeOptions(runs.command('keep'))
    .description('mark a run that must stay')
    .argument('<run>', 'as for show')
    .option('--reason <text>', 'why', 'by hand')
    .action(async (run, options) => {
      const { keepRunCommand } = await import('../commands/kept-runs.js');
      await keepRunCommand(run, options);
    });
  storeOptions(runs.command('release'))
    .description('take the mark away again')
    .argument('<run>', 'as for show')
    .action(async (run, options) => {
      const { releaseRunCommand } = await import('../commands/kept-runs.js');
      await releaseRunCommand(run, options);
    });
  storeOptions(runs.command('gc'))
    .description('remove old runs')
    .option('--older-than <days>', 'remove what is older', count)
    .option('--max-size <GiB>', 'remove the oldest until the rest fits', count)
    .option('--channel <name>', 'only runs of images of this channel')
    .option('--dry-run', 'say what would go')
    .action(async (options) => {
      const { collectRunsCommand } = await import('../commands/runs.js');
      await collectRunsCommand(options);
    });
  storeOptions(program.command('merge'))
    .description('put the parts of a run together, as one more run')
    .argument('<runs...>', 'as for runs show')
    .action(async (names, options) => {
      const { mergeCommand } = await import('../commands/merge.js');
      process.exitCode = await mergeCommand(names, options);
    });
}

export function addReports(program: Command): void {
  storeOptions(program.command('report'))
    .description('make a report of a stored run again')
    .argument('[run]', 'as for runs show', 'latest')
    .addOption(new Option('--format <name>').choices(formatNames).default('tap'))
    .option('--output <file>', 'instead of stdout')
    .action(async (run, options) => {
      const { reportCommand } = await import('../commands/report.js');
      await reportCommand(run, options);
    });
}

export function addCapsules(program: Command): void {
  storeOptions(program.command('capsule'))
    .description('pack everything about one case into one file')
    .argument('<case>', 'the id of its suite')
    .option('--run <run>', 'as for runs show', 'latest')
    .option('--output <file>', 'default: SUITE-RUN.tar.zst here')
    .option('--disks', 'with the disks that --keep-disks kept')
    .action(async (name, options) => {
      const { capsuleCommand } = await import('../commands/capsule.js');
      await capsuleCommand(name, options);
    });
  program
    .command('open')
    .description('unpack a capsule and say what is in it')
    .argument('<file>', 'made by yard capsule')
    .option('--output <dir>', 'a new directory; default: beside the file')
    .action(async (file, options) => {
      const { openCommand } = await import('../commands/capsule.js');
      await openCommand(file, options);
    });
}

export function addHistory(program: Command): void {
  const historyOptions = (command: Command) =>
    storeOptions(command)
      .option('--top <n>', 'how many to show; 0 for all', count, 20)
      .option('--json', 'print one JSON object');
  historyOptions(program.command('flakes'))
    .description('cases that passed and failed on the same image and accelerator')
    .action(async (options) => {
      const { flakesCommand } = await import('../commands/history.js');
      await flakesCommand(options);
    });
  historyOptions(program.command('slow'))
    .description('cases that take longest')
    .action(async (options) => {
      const { slowCommand } = await import('../commands/history.js');
      await slowCommand(options);
    });
  storeOptions(program.command('site'))
    .description('write the stored runs as static pages')
    .argument('<dir>', 'where the pages go; an existing site is brought up to date')
    .option('--last <n>', 'how many runs to show', positive, 60)
    .option('--reports <n>', 'how many of them with their report', count, 10)
    .option('--gate <dir>', 'show the channels of this gate, too')
    .option('--channels <dir>', 'default: channels in the gate’s directory')
    .action(async (target, options) => {
      const { siteCommand } = await import('../commands/site.js');
      await siteCommand(target, options);
    });
  storeOptions(program.command('compare'))
    .description('what changed from one run to another')
    .argument('<before>', 'as for runs show')
    .argument('<after>', 'as for runs show')
    .option('--json', 'print one JSON object')
    .action(async (before, after, options) => {
      const { compareCommand } = await import('../commands/history.js');
      process.exitCode = await compareCommand([before, after], options);
    });
}
