import t from 'tap';
import { startText } from '../../results/boot-text.js';

const boot = { machine: 'm', accelerator: 'tcg', readyMs: 1, phasesMs: {} };

t.equal(startText({ ...boot, start: 'fork' }), 'fork', 'what is ordinary needs no words');

t.equal(
  startText({ ...boot, start: 'cold', fallback: 'no memory', configServed: true, restless: true }),
  'cold, because no memory, its config fetched over HTTP, still at work when the next machine started',
);
