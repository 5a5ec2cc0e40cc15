/**
 * The record as OpenTelemetry traces: OTLP in JSON (opentelemetry.io, OTLP 1.x, "JSON Protobuf
 * Encoding"), as a collector's file receiver or its HTTP endpoint takes it. The run is one trace;
 * cases, attempts and steps are spans in it.
 */

import type { CaseStatus } from '../../harness/model/outcome.js';
import type {
  AttemptRecord,
  CaseRecord,
  RunRecord,
  StepRecord,
} from '../../harness/model/record.js';
import { excludedEvent, readyEvents, type SpanEvent } from './otlp-events.js';
import { type Attribute, attributesOf, type Facts, idOf, nanos } from './otlp-values.js';
import { oneLine } from './plain-text.js';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events?: readonly SpanEvent[];
  readonly status: { readonly code: number; readonly message?: string };
}

/** `SPAN_KIND_INTERNAL`. */
const internal = 1;
const statusCode = { unset: 0, ok: 1, error: 2 } as const;

/** An `ExportTraceServiceRequest`, ending in a line feed. */
export function otlpReport(record: RunRecord): string {
  const { image, host } = record;
  const resource = {
    'service.name': 'switchyard',
    'service.version': record.version,
    'os.name': image.osName,
    'os.version': image.version,
    'switchyard.image.sha256': image.sha256,
    'switchyard.image.channel': image.channel,
    'host.arch': image.arch,
    'switchyard.accelerator': host.accelerator.name,
  };
  const scope = { name: 'switchyard', version: record.version };
  const spans = new Trace(record).spans();
  const scopeSpans = [{ scope, spans }];
  const resourceSpans = [{ resource: { attributes: attributesOf(resource) }, scopeSpans }];
  return `${JSON.stringify({ resourceSpans }, undefined, 2)}\n`;
}

class Trace {
  readonly #record: RunRecord;
  readonly #traceId: string;
  readonly #runSpan: string;
  readonly #end: string;

  constructor(record: RunRecord) {
    this.#record = record;
    this.#traceId = idOf(32, record.run);
    this.#runSpan = idOf(16, record.run, 'run');
    this.#end = endOfRun(record);
  }

  spans(): readonly Span[] {
    const { run, startedAt, verdict, cases, seed, excluded } = this.#record;
    const whole = this.#span({
      id: this.#runSpan,
      name: 'run',
      from: startedAt,
      to: this.#end,
      facts: { 'switchyard.run': run, 'switchyard.verdict': verdict, 'switchyard.seed': seed },
      events: excluded.map((one) => excludedEvent(one, this.#end)),
      ok: verdict === 'passed',
    });
    return [whole, ...cases.flatMap((one) => this.#caseSpans(one))];
  }

  #caseSpans(one: CaseRecord): readonly Span[] {
    const [first, last] = [one.attempts[0], one.attempts.at(-1)];
    const id = idOf(16, this.#record.run, one.id);
    const result = resultOf(one.status);
    const whole = this.#span({
      id,
      parent: this.#runSpan,
      name: one.suite,
      from: first ? first.startedAt : this.#end,
      to: last ? endOf(last) : this.#end,
      facts: {
        'test.case.name': one.id,
        'test.case.result.status': result === undefined ? undefined : result ? 'pass' : 'fail',
        'switchyard.status': one.status,
        'switchyard.claims': one.claims.join(' '),
      },
      ok: result,
      message: first ? undefined : `the case is ${one.status}: it has no attempt`,
    });
    return [whole, ...one.attempts.flatMap((attempt) => this.#attemptSpans(one, attempt, id))];
  }

  #attemptSpans(one: CaseRecord, attempt: AttemptRecord, parent: string): readonly Span[] {
    const id = idOf(16, this.#record.run, one.id, `${attempt.attempt}`);
    const { outcome, failure, usage } = attempt;
    const whole = this.#span({
      id,
      parent,
      name: `attempt ${attempt.attempt}`,
      from: attempt.startedAt,
      to: endOf(attempt),
      facts: {
        'switchyard.outcome': outcome,
        'error.type': failure?.code,
        'switchyard.failure.phase': failure?.phase,
        'switchyard.cpu_seconds': usage?.cpuSeconds,
        'switchyard.peak_memory_mib': usage?.peakMemoryMiB,
      },
      events: readyEvents(attempt),
      ok: resultOf(outcome),
      message: failure?.message,
    });
    return [whole, ...attempt.steps.map((step) => this.#stepSpan(step, attempt, id))];
  }

  #stepSpan(step: StepRecord, attempt: AttemptRecord, attemptSpan: string): Span {
    const idOfStep = (number: number) => idOf(16, attemptSpan, `step ${number}`);
    return this.#span({
      id: idOfStep(step.step),
      parent: step.parent === undefined ? attemptSpan : idOfStep(step.parent),
      name: oneLine(step.title),
      from: step.startedAt,
      to: step.endedAt ?? endOf(attempt),
      facts: {},
      ok: attempt.outcome === 'skipped' && !step.ok ? undefined : step.ok,
    });
  }

  #span(parts: {
    readonly id: string;
    readonly parent?: string;
    readonly name: string;
    readonly from: string;
    readonly to: string;
    readonly facts: Facts;
    readonly events?: readonly SpanEvent[];
    readonly ok: boolean | undefined;
    readonly message?: string | undefined;
  }): Span {
    const { id, parent, name, from, to, facts, events, ok, message } = parts;
    const code = ok === undefined ? statusCode.unset : ok ? statusCode.ok : statusCode.error;
    return {
      traceId: this.#traceId,
      spanId: id,
      ...(parent !== undefined && { parentSpanId: parent }),
      name,
      kind: internal,
      startTimeUnixNano: nanos(from),
      endTimeUnixNano: nanos(to),
      attributes: attributesOf(facts),
      ...(events && events.length > 0 && { events }),
      status: { code, ...(message !== undefined && { message: oneLine(message) }) },
    };
  }
}

/** What was skipped is neither good nor bad; the semantic conventions have no word for it. */
function resultOf(status: CaseStatus): boolean | undefined {
  return status === 'skipped' ? undefined : status === 'passed';
}

function endOfRun({ startedAt, endedAt, cases }: RunRecord): string {
  return endedAt ?? latest(cases) ?? startedAt;
}

function endOf({ startedAt, endedAt, durationMs = 0 }: AttemptRecord): string {
  return endedAt ?? new Date(Date.parse(startedAt) + durationMs).toISOString();
}

function latest(cases: readonly CaseRecord[]): string | undefined {
  return cases
    .flatMap(({ attempts }) => attempts.map(endOf))
    .sort()
    .at(-1);
}
