/**
 * JUnit XML as a consumer reads it: Debian's python3-junitparser, which CI installs. It counts for
 * itself, and what it makes of each case must be what the record says.
 */

import { execa } from 'execa';
import t from 'tap';
import type { RunRecord } from '../../../harness/model/record.js';
import { foldRun } from '../../../results/fold.js';
import { junitReport } from '../../../results/reporters/junit.js';
import { failure, runEvents } from '../support/events.js';
import { everyStatus, repeatedEvents } from '../support/stories.js';

/** Debian's own, for which the package is; another one on the PATH has not got it. */
const python = '/usr/bin/python3';

const { exitCode } = await execa(python, ['-c', 'import junitparser'], { reject: false });
const skip = exitCode === 0 ? false : 'python3-junitparser is not installed';

/** The elements for reruns are Maven Surefire's; junitparser takes them as children of a kind. */
const script = `
import json, sys
from junitparser import Element, JUnitXml

class FlakyFailure(Element):
    _tag = "flakyFailure"

class RerunError(Element):
    _tag = "rerunError"

document = JUnitXml.fromstring(sys.stdin.buffer.read())
said = [document.tests, document.failures, document.errors, document.skipped]
cases = [
    {
        "name": case.name,
        "results": [type(one).__name__ for one in case.result],
        "type": case.result[0].type if case.result else None,
        "message": case.result[0].message if case.result else None,
        "seconds": case.time,
        "output": case.system_out,
        "flaky": len(list(case.iterchildren(FlakyFailure))),
        "reruns": len(list(case.iterchildren(RerunError))),
    }
    for suite in document
    for case in suite
]
document.update_statistics()
counted = [document.tests, document.failures, document.errors, document.skipped]
print(json.dumps({"said": said, "counted": counted, "cases": cases}))
`;

interface ReadCase {
  readonly name: string;
  readonly results: readonly string[];
  readonly type: string | null;
  readonly message: string | null;
  readonly seconds: number | null;
  readonly output: string | null;
  readonly flaky: number;
  readonly reruns: number;
}

interface ReadDocument {
  /** Tests, failures, errors, skipped. */
  readonly said: readonly number[];
  readonly counted: readonly number[];
  readonly cases: readonly ReadCase[];
}

async function readBack(record: RunRecord): Promise<ReadDocument> {
  const { stdout } = await execa(python, ['-c', script], { input: junitReport(record) });
  return JSON.parse(stdout) as ReadDocument;
}

const resultOf: Readonly<Record<string, readonly string[]>> = {
  passed: [],
  failed: ['Failure'],
  flaky: ['Failure'],
  errored: ['Error'],
  missing: ['Error'],
  cancelled: ['Error'],
  skipped: ['Skipped'],
};

t.test('each status is what a consumer takes it for, and counts agree', { skip }, async (t) => {
  const record = foldRun(runEvents(everyStatus), []);
  const { said, counted, cases } = await readBack(record);
  t.same(said, [10, 2, 3, 3]);
  t.same(counted, said, 'it comes to the same counts by itself');
  for (const { id, status } of record.cases) {
    const read = cases.find(({ name }) => name === id);
    t.same(read?.results, resultOf[status], `${id}: ${status}`);
  }
  const excluded = cases.filter(({ name }) => name.startsWith('container/'));
  t.match(
    excluded.map(({ results, message }) => [results, message]),
    [
      [['Skipped'], /^excluded: needs docker/],
      [['Skipped'], /^excluded: needs docker/],
    ],
  );
  const one = (suite: string) => cases.find(({ name }) => name.startsWith(suite));
  t.match(one('provision/user-key'), { type: 'IGNITION_FAILED', seconds: 12 });
  t.match(one('update/rollback'), { type: 'FLAKY', flaky: 1 });
  t.match(one('net/dns'), { type: 'QEMU_EXITED', reruns: 1 });
  t.match(one('boot/first-boot')?.output, 'step ok: reads os-release');
});

t.test('repetitions are cases of their own', { skip }, async (t) => {
  const { said, counted, cases } = await readBack(foldRun(repeatedEvents(), []));
  t.same(counted, said);
  t.equal(new Set(cases.map(({ name }) => name)).size, 3);
});

t.test('what a guest printed reaches the consumer as text', { skip }, async (t) => {
  const message = 'a\u0000b\u001b[2Jc <&"\'> ]]> \ud800 \u0085\r\nend';
  const story = {
    cases: { 'a/b': [{ outcome: 'failed' as const, failure: failure({ message }) }] },
  };
  const { cases } = await readBack(foldRun(runEvents(story), []));
  t.match(cases, [{ results: ['Failure'], message: /^abc <&"'> \]\]> / }]);
});
