/**
 * `yard test --faults`: breaks hosts, guests, caches and commands on purpose, and shows whether each
 * fault got the outcome that it must.
 */

import { faults } from '../../../test/faults/all.js';
import type { Fault } from '../../../test/faults/fault.js';
import { Lab } from '../../../test/faults/lab.js';
import { renderFault, renderFaultTotals, runFaults } from '../../../test/faults/run-faults.js';
import { UsageError } from '../../base/errors.js';
import { stderrLogger } from '../../base/logger.js';
import { createRunDirectory } from '../../base/run-dir.js';
import { openForRun } from '../image.js';
import { watchInterrupts } from '../interrupt.js';
import { openPlatform, type PlatformRequest } from '../open-platform.js';
import { prepareHost } from '../prepare-host.js';
import { loadSettings } from '../settings.js';

/** Those whose id contains one of the filters, or all; exit status 0 when all were taken rightly. */
export async function faultsCommand(filters: readonly string[]): Promise<number> {
  using interrupt = watchInterrupts();
  const chosen = selectFaults(filters);
  const logger = stderrLogger('normal');
  const { signal } = interrupt;
  const settings = await loadSettings({});
  await prepareHost({ settings, logger, signal, mayInstall: true });
  const image = await openForRun({ settings, logger, signal });
  await using lab = await Lab.open({ image, signal });
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const campaign = {
    faults: chosen,
    lab,
    slowness: await slownessOf({ settings, logger, signal }, lab),
  };
  const rows = await runFaults({ ...campaign, onRow: (row) => print(renderFault(row)) });
  print(`\n${renderFaultTotals(rows)}`);
  return rows.every(({ right }) => right) ? 0 : 1;
}

async function slownessOf(request: PlatformRequest, lab: Lab): Promise<number> {
  await using platform = await openPlatform(request, await createRunDirectory(lab.runs));
  return platform.host.slowness;
}

/** Throws NOTHING_SELECTED (usage). */
function selectFaults(filters: readonly string[]): readonly Fault[] {
  const chosen = faults.filter(
    ({ id }) => filters.length === 0 || filters.some((f) => id.includes(f)),
  );
  if (chosen.length > 0) return chosen;
  const known = faults.map(({ id }) => id).join(', ');
  throw new UsageError(
    'NOTHING_SELECTED',
    `no fault matches ${filters.join(' ')}; there are ${known}`,
  );
}
