/** The published JSON Schema of the event log. */

import t from 'tap';
import { eventLogJsonSchema } from '../../results/event-schema.js';
import { upToDate } from '../support/generated-docs.js';

t.test('docs/event-log.schema.json is up to date', async (t) => {
  await upToDate(t, 'event-log.schema.json', eventLogJsonSchema());
});

t.test('it names every kind, the chain, and the form of ids', async (t) => {
  const text = JSON.stringify(eventLogJsonSchema());
  for (const kind of ['run-started', 'case-planned', 'attempt-ended', 'run-ended']) {
    t.match(text, `"const":"${kind}"`);
  }
  t.match(text, '"chain"');
  t.match(text, '"description":"run id"');
});
