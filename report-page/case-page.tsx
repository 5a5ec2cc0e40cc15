/**
 * One case as a machine trace: why it failed, how to repeat it, and what happened when.
 */

import { useRef, useState } from 'preact/hooks';
import type { Failure } from '../harness/model/outcome.js';
import { nameOfCase } from '../harness/model/plan.js';
import { formatDuration } from '../harness/model/quantity-text.js';
import type { AttemptRecord } from '../harness/model/record.js';
import type { AttemptPage, NewLines, PageData } from '../results/html/page-data.js';
import { Logs } from './logs.js';
import { Missing } from './missing.js';
import { Trace } from './trace.js';

/** The view of the case with this number. */
export function CasePageView({ data, index }: { readonly data: PageData; readonly index: number }) {
  const one = data.record.cases[index];
  const page = data.cases[index];
  const [chosen, setChosen] = useState(page?.decisive ?? 0);
  if (!one || !page) return null;
  const attempt = one.attempts[chosen];
  const attemptPage = page.attempts[chosen];
  // It is the decisive attempt that was compared.
  const news = chosen === page.decisive ? page.newLines : undefined;
  return (
    <>
      <h1>
        <span class={`badge ${one.status}`}>{one.status}</span> {nameOfCase(one)}
      </h1>
      <p>
        {one.summary} <span class="dim">{one.claims.join(' ')}</span>
      </p>
      <Reproduce command={page.reproduce} />
      {one.attempts.length > 1 && (
        <fieldset class="chips" aria-label="Attempts">
          {one.attempts.map(({ attempt: number, outcome }, at) => (
            <button
              key={number}
              type="button"
              class={`chip ${outcome}`}
              aria-pressed={at === chosen}
              onClick={() => setChosen(at)}
            >
              attempt {number}: {outcome}
            </button>
          ))}
        </fieldset>
      )}
      <Missing data={data} place={`cases/${one.suite}/`} />
      {one.attempts.length === 0 && <p class="note">{page.reason}</p>}
      {attempt && attemptPage && (
        <Attempt key={chosen} attempt={attempt} page={attemptPage} news={news} />
      )}
    </>
  );
}

function NewSince({ news: { run, lines, more } }: { readonly news: NewLines }) {
  return (
    <section aria-label="New since the last pass">
      <h2>
        New since it last passed <span class="dim">in {run}</span>
      </h2>
      {lines.length === 0 && (
        <p class="dim">its consoles and journals say nothing that they had not said then</p>
      )}
      {[...Map.groupBy(lines, ({ file }) => file)].map(([file, said]) => (
        <div key={file}>
          <h3>{file}</h3>
          <pre class="file">{said.map(({ text }) => `${text}\n`)}</pre>
        </div>
      ))}
      {more > 0 && <p class="note">and {more} more new lines, which only the logs have</p>}
    </section>
  );
}

function Reproduce({ command }: { readonly command: string }) {
  const [copied, setCopied] = useState(false);
  const text = useRef<HTMLElement>(null);
  const copy = async () => {
    // Pages that came over plain HTTP have no clipboard: what is selected can be copied by hand.
    if (!navigator.clipboard) return select(text.current);
    await navigator.clipboard.writeText(command);
    setCopied(true);
  };
  return (
    <p class="reproduce">
      <code ref={text}>{command}</code>
      <button type="button" onClick={() => void copy()}>
        {copied ? 'copied' : 'copy'}
      </button>
    </p>
  );
}

function select(element: HTMLElement | null): void {
  if (element) getSelection()?.selectAllChildren(element);
}

interface AttemptProps {
  readonly attempt: AttemptRecord;
  readonly page: AttemptPage;
  readonly news: NewLines | undefined;
}

function Attempt({ attempt, page, news }: AttemptProps) {
  const { failure, skipped } = attempt;
  return (
    <>
      {failure && <FailureView failure={failure} signature={page.signature} />}
      {skipped && <p class="note">{skipped}</p>}
      {news && <NewSince news={news} />}
      <Trace trace={page.trace} files={page.files} durationMs={attempt.durationMs} />
      <Boots attempt={attempt} />
      <Logs files={page.files} bad={page.bad} />
    </>
  );
}

interface FailureProps {
  readonly failure: Failure;
  readonly signature: string | undefined;
}

function FailureView({ failure, signature }: FailureProps) {
  const { code, phase, machine, message, evidence, steps = [], stack } = failure;
  return (
    <section class="failure" aria-label="Failure">
      <h2>
        {code} in {phase}
        {machine && <span class="dim"> on {machine}</span>}
      </h2>
      <pre class="message">{message}</pre>
      {evidence && <pre class="evidence">{evidence}</pre>}
      {steps.length > 0 && <p>in: {steps.join(' › ')}</p>}
      {signature && <p class="dim">signature {signature}</p>}
      {stack && (
        <details>
          <summary>stack</summary>
          <pre>{stack}</pre>
        </details>
      )}
    </section>
  );
}

function Boots({ attempt: { boots } }: { readonly attempt: AttemptRecord }) {
  if (boots.length === 0) return null;
  return (
    <section>
      <h2>Machines</h2>
      <ul>
        {boots.map(({ machine, start, accelerator, readyMs, template, configServed, fallback }) => (
          <li key={`${machine} ${readyMs}`}>
            <code>{machine}</code> ready after {formatDuration(readyMs)} ({start}, {accelerator})
            {template && <span class="dim">, template {template}</span>}
            {configServed && <span class="dim">, config fetched over HTTP</span>}
            {fallback && <span class="dim">, {fallback}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
