/**
 * Lines of loggers beside a live display.
 */

import t from 'tap';
import { makeLogger } from '../../../harness/base/logger.js';
import { TerminalLines } from '../../../harness/cli/terminal-lines.js';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { isTTY, write: (text: string) => written.push(text) } };
}

t.test('lines go above the live display while it is on', async (t) => {
  const { written, stream } = recorder(true);
  const lines = new TerminalLines(stream);
  const logger = makeLogger('normal', lines.write);
  const above: string[] = [];
  logger.info('before');
  const diverted = lines.divert((line) => above.push(line));
  logger.warn('meanwhile');
  diverted[Symbol.dispose]();
  logger.info('after');
  t.same(written, ['before\n', 'after\n']);
  t.same(above, ['warning: meanwhile']);
});

t.test('a stream that is collected elsewhere keeps its lines', async (t) => {
  const { written, stream } = recorder(false);
  const lines = new TerminalLines(stream);
  lines.divert(() => t.fail('the display is on another stream'));
  lines.write('for the log of the job');
  t.same(written, ['for the log of the job\n']);
});

t.test('the end of an older display leaves the newer one alone', async (t) => {
  const { written, stream } = recorder(true);
  const lines = new TerminalLines(stream);
  const above: string[] = [];
  const older = lines.divert(() => t.fail('the older display is gone'));
  lines.divert((line) => above.push(line));
  older[Symbol.dispose]();
  lines.write('one');
  t.same(above, ['one']);
  t.same(written, []);
});
