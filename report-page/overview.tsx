/**
 * The overview: the verdict and its counts, reasons, all cases, what was left out, and on what it
 * all ran.
 */

import type { Ref } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type Exclusion, nameOfCase } from '../harness/model/plan.js';
import { formatDuration } from '../harness/model/quantity-text.js';
import type { CaseRecord } from '../harness/model/record.js';
import type { PageData } from '../results/html/page-data.js';
import { CaseLink } from './case-link.js';
import { Missing } from './missing.js';
import { Reasons } from './reasons.js';

type Props = { readonly data: PageData };

/** The first view. */
export function Overview({ data }: Props) {
  const [status, setStatus] = useState('');
  const { counts, excluded, notes, verdict } = data.record;
  const leftOut = useRef<HTMLHeadingElement>(null);
  // What was left out is no case of the table, but has a place of its own.
  const show = (name: string) =>
    name === 'excluded' ? goTo(leftOut.current) : setStatus(status === name ? '' : name);
  return (
    <>
      {data.whyNot && (
        <p class="note">
          {verdict}: {data.whyNot}
        </p>
      )}
      <fieldset class="chips" aria-label="Show cases by status">
        {Object.entries(counts).map(([name, count]) => (
          <button
            key={name}
            type="button"
            class={`chip ${name}`}
            disabled={count === 0}
            aria-pressed={name === 'excluded' ? undefined : status === name}
            onClick={() => show(name)}
          >
            <b>{count}</b> {name}
          </button>
        ))}
      </fieldset>
      {notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      <Missing data={data} place="" />
      <Reasons data={data} />
      <Cases data={data} status={status} />
      {excluded.length > 0 && <Excluded excluded={excluded} heading={leftOut} />}
      <Facts data={data} />
    </>
  );
}

function goTo(heading: HTMLElement | null): void {
  heading?.scrollIntoView();
  heading?.focus();
}

interface ExcludedProps {
  readonly excluded: readonly Exclusion[];
  readonly heading: Ref<HTMLHeadingElement>;
}

function Excluded({ excluded, heading }: ExcludedProps) {
  return (
    <section>
      <h2 tabIndex={-1} ref={heading}>
        Excluded
      </h2>
      <ul>
        {excluded.map((one) => (
          <li key={nameOfCase(one)}>
            <code>{nameOfCase(one)}</code> {one.reason}
          </li>
        ))}
      </ul>
    </section>
  );
}

const order = ['failed', 'errored', 'flaky', 'missing', 'cancelled', 'skipped', 'passed'];

function Cases({ data, status }: Props & { readonly status: string }) {
  const [filter, setFilter] = useState('');
  const rows = data.record.cases
    .map((one, index) => ({ one, index }))
    .filter(({ one }) => status === '' || one.status === status)
    .filter(({ one }) => `${one.id} ${one.claims.join(' ')} ${one.summary}`.includes(filter))
    .sort((a, b) => order.indexOf(a.one.status) - order.indexOf(b.one.status));
  return (
    <section>
      <h2>Cases</h2>
      <input
        type="search"
        placeholder="filter by suite, claim or words"
        aria-label="Filter cases"
        onInput={(event) => setFilter(event.currentTarget.value)}
      />
      <table>
        <thead>
          <tr>
            <th scope="col">status</th>
            <th scope="col">case</th>
            <th scope="col">claims</th>
            <th scope="col" class="number">
              took
            </th>
            <th scope="col">why</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ one, index }) => (
            <tr key={one.id}>
              <td>
                <span class={`badge ${one.status}`}>{one.status}</span>
              </td>
              <td title={one.summary}>
                <CaseLink data={data} index={index} />
              </td>
              <td class="dim">{one.claims.join(' ')}</td>
              <td class="number">
                <Took attempts={one.attempts} />
              </td>
              <td class="why">{data.cases[index]?.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="dim">no case fits</p>}
    </section>
  );
}

/** Where there is little room the number of attempts goes to a line of its own. */
function Took({ attempts }: Pick<CaseRecord, 'attempts'>) {
  if (attempts.length === 0) return null;
  const totalMs = attempts.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
  return (
    <>
      <span>{formatDuration(totalMs)}</span>{' '}
      {attempts.length > 1 && <span>({attempts.length} attempts)</span>}
    </>
  );
}

function codeOf({ version, code }: PageData['record']): string {
  return `version ${version}${code ? `, code ${code.slice(0, 12)}` : ''}`;
}

function Facts({ data }: Props) {
  const { image, host, platform, seed, argv, startedAt, endedAt } = data.record;
  const facts: readonly (readonly [string, string])[] = [
    ['image', `${image.osName}, ${image.name} ${image.channel} ${image.version} ${image.arch}`],
    ['sha256', image.sha256],
    ['platform', `${platform} ${host.qemu}, ${host.accelerator.name}: ${host.accelerator.reason}`],
    ['host', `${host.os}, ${host.kernel}, ${host.cpus} × ${host.cpuModel}, ${host.memoryMiB} MiB`],
    ['started', `${startedAt}${endedAt ? `, ended ${endedAt}` : ', never ended'}`],
    ['command', `yard ${argv.join(' ')} (seed ${seed}, ${codeOf(data.record)})`],
  ];
  return (
    <section>
      <h2>Run</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
