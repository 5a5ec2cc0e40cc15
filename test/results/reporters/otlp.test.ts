/**
 * OpenTelemetry traces: ids of the right size, spans inside their parents, errors as errors.
 */

import t from 'tap';
import { foldRun } from '../../../results/fold.js';
import { otlpReport } from '../../../results/reporters/otlp.js';
import { failure, runEvents } from '../support/events.js';
import { everyStatus } from '../support/stories.js';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly events?: readonly object[];
  readonly status: { readonly code: number; readonly message?: string };
}

function spansOf(story: Parameters<typeof runEvents>[0]): readonly Span[] {
  const report = JSON.parse(otlpReport(foldRun(runEvents(story), [])));
  return report.resourceSpans[0].scopeSpans[0].spans;
}

t.test('one trace, whose spans have parents that span them', async (t) => {
  const spans = spansOf(everyStatus);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  t.equal(byId.size, spans.length, 'ids are unique');
  for (const { traceId, spanId, parentSpanId, name, ...times } of spans) {
    t.match(traceId, /^[0-9a-f]{32}$/);
    t.match(spanId, /^[0-9a-f]{16}$/);
    t.ok(BigInt(times.startTimeUnixNano) <= BigInt(times.endTimeUnixNano), `${name} ends later`);
    if (parentSpanId === undefined) t.equal(name, 'run');
    else t.ok(byId.get(parentSpanId), `the parent of ${name}`);
  }
});

t.test('a failure is an error with its code', async (t) => {
  const spans = spansOf({ cases: { 'a/b': [{ outcome: 'failed', failure: failure() }] } });
  const attempt = spans.find(({ name }) => name === 'attempt 1');
  t.equal(attempt?.status.code, 2);
  t.ok(attempt?.attributes.some(({ key }) => key === 'error.type'));
  t.equal(spans.find(({ name }) => name === 'run')?.status.code, 2);
});

t.test('what was skipped is no error; what is missing or left out is there', async (t) => {
  const spans = spansOf(everyStatus);
  const of = (status: string) =>
    spans.find(({ attributes }) =>
      attributes.some(({ key, value }) => {
        return key === 'switchyard.status' && JSON.stringify(value).includes(`"${status}"`);
      }),
    );
  const result = ({ attributes }: Span) =>
    attributes.find(({ key }) => key === 'test.case.result.status')?.value;
  const skipped = of('skipped');
  t.equal(skipped?.status.code, 0);
  t.equal(skipped && result(skipped), undefined, 'neither pass nor fail');
  const missing = of('missing');
  t.match(missing?.status, { code: 2, message: 'the case is missing: it has no attempt' });
  const run = spans.find(({ name }) => name === 'run');
  t.match(run?.events, [{ name: 'case excluded', attributes: [{ key: 'test.suite.name' }, {}] }]);
});

t.test('the step in which a suite skips itself is no error either', async (t) => {
  const steps = [['it has no TPM', false]] as const;
  const spans = spansOf({ cases: { 'a/b': [{ outcome: 'skipped', steps }] } });
  t.equal(spans.find(({ name }) => name === 'it has no TPM')?.status.code, 0);
});

t.test('the same record gives the same trace', async (t) => {
  const record = foldRun(runEvents(everyStatus), []);
  t.equal(otlpReport(record), otlpReport(record));
});
