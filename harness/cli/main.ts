/**
 * The command line: names, options and help of every command. What a command does is in a module of
 * its own, loaded when it is called, so that `yard` starts fast.
 */

import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Shard } from '../model/plan.js';
import { parseShard } from '../plan/shard.js';
import { describeError, exitCodeOfError } from './exit.js';

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number.');
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('give a whole number from 1 on.');
}

function shard(text: string): Shard {
  const parsed = parseShard(text);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError('give a part and the number of parts, from 1/4 to 4/4.');
}

function imageOptions(command: Command): Command {
  return command
    .option('--image <path>', 'image file, directory with a descriptor, or `reference`')
    .option('--sha256 <hex>', 'expected digest of the image file')
    .option('--mirror <url>', 'Debian mirror for building the reference image')
    .option('--no-install', 'refuse to install missing packages');
}

function machineOptions(command: Command): Command {
  return command
    .addOption(new Option('--firmware <name>', 'for all machines').choices(['bios', 'uefi']))
    .addOption(new Option('--accelerator <name>').choices(['auto', 'tcg', 'kvm']))
    .option('--memory <MiB>', 'memory of all machines together', count)
    .option('--vcpus <n>', 'vCPUs of all machines together', count)
    .option('--jobs <n>', 'cases at once, at most; default: as many as fit', positive)
    .option('--seed <n>', 'order of the cases', count)
    .option('--no-fork', 'boot every machine from its firmware, use no templates')
    .option('--runs <dir>', 'where run directories are made')
    .option('--config <file>', 'JSON file with settings');
}

function addRun(program: Command): void {
  const run = program
    .command('run')
    .description('prove an image: boot machines, run suites, print the verdict')
    .argument('[selectors...]', 'ids, globs, tag:NAME, claim:ID; !X takes away')
    .option('--retries <n>', 'try a failed case again; a pass then is flaky', count)
    .option('--repeat-each <n>', 'run each suite so often, on a new machine each time', positive)
    .option('--max-failures <n>', 'end the run after so many failed cases', positive)
    .option('--verify-forks <percent>', 'boot a sample of the forked cases cold, too', count)
    .option('--last-failed', 'only suites that did not pass in the last run')
    .option('--shard <i/n>', 'run one of n parts of about the same length', shard)
    .option('--json', 'print one JSON object on stdout')
    .option('--plain', 'one line per case, no live display')
    .option('--quiet', 'print the summary only');
  machineOptions(imageOptions(run)).action(async (selectors, options) => {
    const { runCommand } = await import('./commands/run.js');
    process.exitCode = await runCommand(selectors, options);
  });
}

function addList(program: Command): void {
  program
    .command('list')
    .description('show the suites')
    .argument('[selectors...]', 'as for run')
    .option('--json', 'print one JSON object')
    .action(async (selectors, options) => {
      const { listCommand } = await import('./commands/list.js');
      await listCommand(selectors, options);
    });
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check what the host has and lacks')
    .option('--fix', 'install the missing packages')
    .option('--no-install', 'refuse to install missing packages')
    .option('--json', 'print one JSON object')
    .action(async (options) => {
      const { doctorCommand } = await import('./commands/doctor.js');
      process.exitCode = await doctorCommand(options);
    });
}

function addImages(program: Command): void {
  const images = program.command('images').description('list, build and inspect images');
  images
    .command('ls')
    .description('images in the cache')
    .option('--json', 'print one JSON object')
    .action(async (options) => {
      const { listImagesCommand } = await import('./commands/images.js');
      await listImagesCommand(options);
    });
  imageOptions(images.command('build'))
    .description('build the reference image unless it is cached')
    .action(async (options) => {
      const { buildImageCommand } = await import('./commands/images.js');
      await buildImageCommand(options);
    });
  images
    .command('inspect')
    .description('describe an image')
    .argument('[image]', 'as for run --image', 'reference')
    .action(async (image) => {
      const { inspectImageCommand } = await import('./commands/images.js');
      await inspectImageCommand(image);
    });
}

function storeOptions(command: Command): Command {
  return command
    .option('--runs <dir>', 'where run directories are')
    .option('--config <file>', 'JSON file with settings');
}

function addRuns(program: Command): void {
  const runs = program.command('runs').description('list, show and remove what runs left on disk');
  storeOptions(runs.command('ls'))
    .description('all runs, newest first')
    .option('--json', 'print one JSON object')
    .action(async (options) => {
      const { listRunsCommand } = await import('./commands/runs.js');
      await listRunsCommand(options);
    });
  storeOptions(runs.command('show'))
    .description('the summary of a run')
    .argument('[run]', 'id, part of one, directory, or `latest`', 'latest')
    .option('--json', 'print the object of yard run --json')
    .action(async (run, options) => {
      const { showRunCommand } = await import('./commands/runs.js');
      process.exitCode = await showRunCommand(run, options);
    });
  storeOptions(runs.command('rm'))
    .description('remove runs; kept and living ones stay')
    .argument('<runs...>', 'as for show')
    .action(async (names, options) => {
      const { removeRunsCommand } = await import('./commands/runs.js');
      await removeRunsCommand(names, options);
    });
  storeOptions(runs.command('gc'))
    .description('remove old runs')
    .option('--older-than <days>', 'remove what is older', count)
    .option('--max-size <GiB>', 'remove the oldest until the rest fits', count)
    .option('--channel <name>', 'only runs of images of this channel')
    .option('--dry-run', 'say what would go')
    .action(async (options) => {
      const { collectRunsCommand } = await import('./commands/runs.js');
      await collectRunsCommand(options);
    });
  storeOptions(program.command('merge'))
    .description('put the parts of a run together, as one more run')
    .argument('<runs...>', 'as for runs show')
    .action(async (names, options) => {
      const { mergeCommand } = await import('./commands/merge.js');
      process.exitCode = await mergeCommand(names, options);
    });
}

const formatNames = [
  'tap',
  'junit',
  'json',
  'ctrf',
  'markdown',
  'step-summary',
  'html',
  'annotations',
] as const;

function addReports(program: Command): void {
  storeOptions(program.command('report'))
    .description('make a report of a stored run again')
    .argument('[run]', 'as for runs show', 'latest')
    .addOption(new Option('--format <name>').choices(formatNames).default('tap'))
    .option('--output <file>', 'instead of stdout')
    .action(async (run, options) => {
      const { reportCommand } = await import('./commands/report.js');
      await reportCommand(run, options);
    });
}

function addCapsules(program: Command): void {
  storeOptions(program.command('capsule'))
    .description('pack everything about one case into one file')
    .argument('<case>', 'the id of its suite')
    .option('--run <run>', 'as for runs show', 'latest')
    .option('--output <file>', 'default: SUITE-RUN.tar.zst here')
    .action(async (name, options) => {
      const { capsuleCommand } = await import('./commands/capsule.js');
      await capsuleCommand(name, options);
    });
  program
    .command('open')
    .description('unpack a capsule and say what is in it')
    .argument('<file>', 'made by yard capsule')
    .option('--output <dir>', 'a new directory; default: beside the file')
    .action(async (file, options) => {
      const { openCommand } = await import('./commands/capsule.js');
      await openCommand(file, options);
    });
}

function addButane(program: Command): void {
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
      const { butaneCommand } = await import('./commands/butane.js');
      process.exitCode = await butaneCommand(file, options);
    });
}

function addHistory(program: Command): void {
  const historyOptions = (command: Command) =>
    storeOptions(command)
      .option('--top <n>', 'how many to show; 0 for all', count, 20)
      .option('--json', 'print one JSON object');
  historyOptions(program.command('flakes'))
    .description('cases that passed and failed on the same image')
    .action(async (options) => {
      const { flakesCommand } = await import('./commands/history.js');
      await flakesCommand(options);
    });
  historyOptions(program.command('slow'))
    .description('cases that take longest')
    .action(async (options) => {
      const { slowCommand } = await import('./commands/history.js');
      await slowCommand(options);
    });
  historyOptions(program.command('compare'))
    .description('what changed from one run to another')
    .argument('<before>', 'as for runs show')
    .argument('<after>', 'as for runs show')
    .action(async (before, after, options) => {
      const { compareCommand } = await import('./commands/history.js');
      process.exitCode = await compareCommand([before, after], options);
    });
}

function addMaintenance(program: Command): void {
  program
    .command('reap')
    .description('end and remove what dead runs left')
    .action(async () => {
      const { reapCommand } = await import('./commands/reap.js');
      process.exitCode = await reapCommand();
    });
  program
    .command('test')
    .description("run the project's own tests")
    .argument('[filters...]', 'parts of test file names')
    .option('--faults', 'the whole fault campaign instead, on the reference image')
    .action(async (filters, { faults }) => {
      if (faults) {
        const { faultsCommand } = await import('./commands/faults.js');
        process.exitCode = await faultsCommand(filters);
        return;
      }
      const { testCommand } = await import('./commands/test.js');
      process.exitCode = await testCommand(filters);
    });
}

function addProofs(program: Command): void {
  const mutate = program
    .command('mutate')
    .description('break the image on purpose and show that the suites notice')
    .argument('[globs...]', 'mutation or suite ids')
    .option('--sample <n>', 'a rotating sample instead of all', count)
    .option('--json', 'print one JSON object');
  machineOptions(imageOptions(mutate)).action(async (globs, options) => {
    const { mutateCommand } = await import('./commands/mutate.js');
    process.exitCode = await mutateCommand(globs, options);
  });
  const benchName = new Argument('[name]', 'what to measure').default('boot');
  benchName.choices(['boot', 'fork', 'schedule', 'butane']);
  const bench = program
    .command('bench')
    .description('measure')
    .addArgument(benchName)
    .option('--samples <n>', 'how many times', positive)
    .option('--json', 'print one JSON object');
  machineOptions(imageOptions(bench)).action(async (name, options) => {
    if (name === 'schedule') {
      const { benchScheduleCommand } = await import('./commands/bench-schedule.js');
      await benchScheduleCommand(options);
      return;
    }
    if (name === 'butane') {
      const { benchButaneCommand } = await import('./commands/bench-butane.js');
      await benchButaneCommand(options);
      return;
    }
    const { benchCommand } = await import('./commands/bench.js');
    await benchCommand(name as 'boot' | 'fork', options);
  });
}

/** The parser's errors like all others; a suggestion of its own says what to do next. */
function oneErrorLine(text: string): string {
  const [problem = '', ...hints] = text
    .replace(/^error: /, '')
    .trim()
    .split(/\s*\n\s*/);
  const next = hints.length > 0 ? hints.join(' ').replace(/^\((.*)\)$/, '$1') : 'see ./yard help';
  return `yard: ${problem.replace(/\.$/, '')}; ${next} [BAD_ARGUMENT]\n`;
}

function buildProgram(): Command {
  const program = new Command('yard')
    .description('Switchyard: end-to-end proofs for image-based operating systems')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneErrorLine(text)) });
  for (const add of [
    addRun,
    addList,
    addRuns,
    addReports,
    addCapsules,
    addButane,
    addHistory,
    addDoctor,
    addImages,
    addMaintenance,
    addProofs,
  ])
    add(program);
  return program;
}

try {
  await buildProgram().parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(`${describeError(thrown)}\n`);
    process.exitCode = exitCodeOfError(thrown);
  }
}
