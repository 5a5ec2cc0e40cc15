/**
 * The guest verbs of a machine that was given no key: there is only its console.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { Guest } from '../../harness/model/machine.js';

/** Every verb throws NO_SHELL (usage): the suite asks for what its topology rules out. */
export function noShell(machine: string): Guest {
  const refuse = async (): Promise<never> => {
    const message = `${machine} was given no SSH key (provisioning none or raw): use its console`;
    throw new UsageError('NO_SHELL', message, { machine, phase: 'suite' });
  };
  return {
    exec: refuse,
    output: refuse,
    sh: refuse,
    readFile: refuse,
    writeFile: refuse,
    upload: refuse,
    unit: refuse,
    waitForUnit: refuse,
    failedUnits: refuse,
    journal: refuse,
    bootId: refuse,
  };
}
