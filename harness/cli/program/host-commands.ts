/**
 * Commands about the host, payloads and what is left behind.
 */

import { type Command, Option } from 'commander';
import { UsageError } from '../../base/errors.js';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check what the host has and lacks')
    .option('--fix', 'install the missing packages')
    .option('--no-install', 'refuse to install missing packages')
    .option('--json', 'print one JSON object')
    .option('--image <path>', 'for runs of this image, as for run')
    .addOption(new Option('--accelerator <name>').choices(['auto', 'tcg', 'kvm']))
    .option('--runs <dir>', 'for run directories there')
    .option('--config <file>', 'JSON file with settings')
    .action(async (options) => {
      const { doctorCommand } = await import('../commands/doctor.js');
      process.exitCode = await doctorCommand(options);
    });
}

export function addPayloads(program: Command): void {
  program
    .command('payload')
    .description('look into update payloads')
    .command('inspect')
    .description('what a payload holds, and whether it is what it says')
    .argument('<file>', 'a payload of the update engine, as update servers offer it')
    .option('--key <pem>', 'check that this public key signed it')
    .option('--json', 'print one JSON object')
    .action(async (file, options) => {
      const { inspectPayloadCommand } = await import('../commands/payload.js');
      process.exitCode = await inspectPayloadCommand(file, options);
    });
}

export function addMaintenance(program: Command): void {
  program
    .command('reap')
    .description('end and remove what dead runs left')
    .action(async () => {
      const { reapCommand } = await import('../commands/reap.js');
      process.exitCode = await reapCommand();
    });
  program
    .command('test')
    .description("run the project's own tests")
    .argument('[filters...]', 'parts of test file names')
    .option('--faults', 'the whole fault campaign instead, on the reference image')
    .option('--gate', 'releases through the gate to machines in the field, on the reference image')
    .action(async (filters, { faults, gate }) => {
      if (gate) {
        requireAlone({ faults, filters });
        const { gateE2eCommand } = await import('../commands/gate-e2e.js');
        process.exitCode = await gateE2eCommand();
        return;
      }
      if (faults) {
        const { faultsCommand } = await import('../commands/faults.js');
        process.exitCode = await faultsCommand(filters);
        return;
      }
      const { testCommand } = await import('../commands/test.js');
      process.exitCode = await testCommand(filters);
    });
}

/** The releases of `--gate` are one proof. Throws BAD_ARGUMENT (usage). */
function requireAlone({ faults, filters }: { faults?: boolean; filters: readonly string[] }): void {
  const other = faults ? '--faults' : filters[0];
  if (other === undefined) return;
  const text = `test --gate with ${other}: it is one proof, of which no part is chosen`;
  throw new UsageError('BAD_ARGUMENT', `${text}; leave one of them out`);
}
