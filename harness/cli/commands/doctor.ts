/**
 * `yard doctor`: each check of the host with its finding and its remedy; `--fix` mends what packages
 * can mend.
 */

import type { AcceleratorWish } from '../../../platforms/qemu/accelerator.js';
import { acceleratorCheck } from '../../../platforms/qemu/accelerator-check.js';
import { defined } from '../../base/errors.js';
import { stderrLogger } from '../../base/logger.js';
import { doctorJson, doctorTable } from '../doctor/doctor-table.js';
import { watchInterrupts } from '../interrupt.js';
import { examineHost } from '../prepare-host.js';
import { loadSettings } from '../settings.js';

/** What the user said to `yard doctor`. */
export interface DoctorOptions {
  readonly fix?: boolean;
  /** False after `--no-install`. */
  readonly install: boolean;
  readonly json?: boolean;
  readonly image?: string;
  readonly accelerator?: AcceleratorWish;
  readonly runs?: string;
  readonly config?: string;
}

/** Exit status 0 when the host is ready, 2 when something is missing. */
export async function doctorCommand(options: DoctorOptions): Promise<number> {
  using interrupt = watchInterrupts();
  const { image, accelerator, runs, config } = options;
  const settings = await loadSettings(defined({ image, accelerator, runs }), config);
  const logger = stderrLogger('normal');
  const { signal } = interrupt;
  const preparation = { settings, logger, signal, mayInstall: options.install };
  const also = [acceleratorCheck({ wish: settings.accelerator, signal })];
  const report = await examineHost(preparation, { fix: options.fix ?? false, also });
  const text = options.json ? doctorJson(report) : doctorTable(report);
  process.stdout.write(text);
  return report.ok ? 0 : 2;
}
