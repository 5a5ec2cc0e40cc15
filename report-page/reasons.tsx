/**
 * Cases that came to nothing for one reason, together: by the signature of their failure, or where
 * nothing failed, as in a case without an attempt, by their status.
 */

import { plural } from '../harness/model/quantity-text.js';
import type { CasePage, PageData } from '../results/html/page-data.js';
import { CaseLink } from './case-link.js';

type Props = { readonly data: PageData };
type Member = { readonly page: CasePage; readonly index: number };

/** A section for each reason that more than one case has. */
export function Reasons({ data }: Props) {
  const groups = Map.groupBy(
    data.cases.flatMap((page, index) => (page.group === undefined ? [] : [{ page, index }])),
    ({ page }) => page.group,
  );
  return [...groups.values()].map((members) => (
    <Reason key={members[0]?.index} data={data} members={members} />
  ));
}

function Reason({ data, members }: Props & { readonly members: readonly Member[] }) {
  const [first] = members;
  const status = data.record.cases[first?.index ?? 0]?.status;
  const count = `${plural(members.length, 'case')} ${status}`;
  const common = commonReason(members);
  return (
    <section class={`reason ${status}`}>
      {isOneFailure(members) ? (
        <>
          <h2>{count} for one reason</h2>
          <pre class="message">{first?.page.reason}</pre>
        </>
      ) : (
        <h2>
          {count}
          {common === undefined ? '' : `: ${common}`}
        </h2>
      )}
      <details open={members.length <= 30}>
        <summary>which</summary>
        {members.map(({ page, index }) =>
          common === undefined ? (
            <div key={index}>
              <CaseLink data={data} index={index} /> <span class="dim">{page.reason}</span>
            </div>
          ) : (
            <CaseLink key={index} data={data} index={index} />
          ),
        )}
      </details>
    </section>
  );
}

/** A signature joins failures whose messages differ in numbers and names only. */
function isOneFailure(members: readonly Member[]): boolean {
  const signatures = members.map(({ page }) => page.attempts[page.decisive]?.signature);
  return signatures[0] !== undefined && signatures.every((one) => one === signatures[0]);
}

/** Undefined when they differ. */
function commonReason(members: readonly Member[]): string | undefined {
  const reasons = new Set(members.map(({ page }) => page.reason));
  return reasons.size === 1 || isOneFailure(members) ? members[0]?.page.reason : undefined;
}
