/**
 * Coverage of the contract: each promise with the suites of this run that prove it.
 */

import { useState } from 'preact/hooks';
import type { ClaimPage, PageData } from '../results/html/page-data.js';
import { CaseLink } from './case-link.js';
import { type Standing, standingOf } from './standing.js';

const classes = {
  proven: 'passed',
  refuted: 'failed',
  open: 'errored',
  'no suite ran': 'missing',
  'no suite': 'excluded',
};

/** The view of the contract. */
export function Claims({ data }: { readonly data: PageData }) {
  const [onlyStanding, setOnly] = useState('');
  const rows = data.claims.map((claim) => ({ claim, standing: standingOf(claim) }));
  const counts = Map.groupBy(rows, ({ standing }) => standing);
  const shown = rows.filter(({ standing }) => onlyStanding === '' || standing === onlyStanding);
  const areas = Map.groupBy(shown, ({ claim }) => claim.area);
  return (
    <>
      <h1>Contract coverage</h1>
      <fieldset class="chips" aria-label="Show promises by standing">
        {(Object.keys(classes) as Standing[]).map((standing) => (
          <button
            key={standing}
            type="button"
            class={`chip ${classes[standing]}`}
            aria-pressed={onlyStanding === standing}
            onClick={() => setOnly(onlyStanding === standing ? '' : standing)}
          >
            <b>{counts.get(standing)?.length ?? 0}</b> {standing}
          </button>
        ))}
      </fieldset>
      {[...areas].map(([area, members]) => (
        <section key={area}>
          <h2>{area}</h2>
          <table>
            <tbody>
              {members.map(({ claim, standing }) => (
                <tr key={claim.id}>
                  <td>
                    <code>{claim.id}</code>
                  </td>
                  <td>
                    <span class={`badge ${classes[standing]}`}>{standing}</span>
                  </td>
                  <td>{claim.promise}</td>
                  <td>
                    <Suites data={data} claim={claim} />
                    <LeftOut claim={claim} />
                    {claim.unproven !== undefined && <span class="dim">{claim.unproven}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </>
  );
}

function Suites({ data, claim }: { readonly data: PageData; readonly claim: ClaimPage }) {
  return claim.cases.map(({ index }) => <CaseLink key={index} data={data} index={index} />);
}

/** The suites that would have proven it, and why they were not run. */
function LeftOut({ claim }: { readonly claim: ClaimPage }) {
  const unwanted = claim.notSelected.map((name) => ({ name, reason: 'was not selected' }));
  return [...claim.excluded, ...unwanted].map(({ name, reason }) => (
    <div key={name} class="dim">
      <code>{name}</code> {reason}
    </div>
  ));
}
