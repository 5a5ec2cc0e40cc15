/**
 * Which view is shown, by the fragment of the address, so that a view can be linked and the back
 * button works.
 */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageData } from '../results/html/page-data.js';
import { CasePageView } from './case-page.js';
import { Claims } from './claims.js';
import { Overview } from './overview.js';
import { Timeline } from './timeline.js';

const views = [
  ['#/', 'Overview'],
  ['#/timeline', 'Timeline'],
  ['#/contract', 'Contract'],
] as const;

function useFragment(): string {
  const [fragment, setFragment] = useState(location.hash || '#/');
  useEffect(() => {
    const onChange = () => {
      setFragment(location.hash || '#/');
      window.scrollTo(0, 0);
    };
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return fragment;
}

/** The whole page. */
export function App({ data }: { readonly data: PageData }) {
  const fragment = useFragment();
  const { record } = data;
  const main = useRef<HTMLElement>(null);
  return (
    <>
      <header>
        {/* No link: the fragment says which view is shown. */}
        <button type="button" class="skip" onClick={() => main.current?.focus()}>
          Skip to content
        </button>
        <span class={`badge ${record.verdict}`}>{record.verdict}</span>
        <strong>Switchyard</strong>
        <span class="dim">
          {record.image.name} {record.image.channel} {record.image.version} · {record.run}
        </span>
        <nav aria-label="Views">
          {views.map(([href, title]) => (
            <a key={href} href={href} aria-current={fragment === href ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main tabIndex={-1} ref={main}>
        <View data={data} fragment={fragment} />
      </main>
    </>
  );
}

function View({ data, fragment }: { readonly data: PageData; readonly fragment: string }) {
  const index = /^#\/case\/(\d+)$/.exec(fragment)?.[1];
  if (index !== undefined && data.cases[Number(index)]) {
    return <CasePageView key={index} data={data} index={Number(index)} />;
  }
  if (fragment === '#/timeline') return <Timeline data={data} />;
  if (fragment === '#/contract') return <Claims data={data} />;
  return <Overview data={data} />;
}
