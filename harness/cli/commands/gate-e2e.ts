/**
 * `yard test --gate`: takes three releases of the reference image through the gate, on real machines,
 * and shows that what is held does not reach a machine in the field.
 */

import { renderRow, runCampaign } from '../../../test/gate-e2e/campaign.js';
import { buildReleases } from '../../../test/gate-e2e/releases.js';
import { stderrLogger } from '../../base/logger.js';
import { watchInterrupts } from '../interrupt.js';
import { prepareHost } from '../prepare-host.js';
import { loadSettings } from '../settings.js';

/** Exit status 0 when all was seen as expected. */
export async function gateE2eCommand(): Promise<number> {
  using interrupt = watchInterrupts();
  const { signal } = interrupt;
  const logger = stderrLogger('normal');
  const settings = await loadSettings({});
  await prepareHost({ settings, logger, signal, mayInstall: true });
  const releases = await buildReleases({ signal, log: (line) => logger.info(line) });
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const onText = (text: string) => print(text.replaceAll(/^/gm, '       | '));
  const onRow = (row: Parameters<typeof renderRow>[0]) => print(renderRow(row));
  const rows = await runCampaign({ releases, signal, onRow, onText });
  const right = rows.filter(({ expected, seen }) => expected === seen).length;
  print(`\n${right} passed, ${rows.length - right} failed`);
  return right === rows.length ? 0 : 1;
}
