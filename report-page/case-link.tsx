/**
 * The way to a case, by its name.
 */

import { nameOfCase } from '../harness/model/plan.js';
import type { PageData } from '../results/html/page-data.js';

interface Props {
  readonly data: PageData;
  /** Its place in the record. */
  readonly index: number;
}

/** Nothing when there is no such case. */
export function CaseLink({ data, index }: Props) {
  const one = data.record.cases[index];
  if (!one) return null;
  return (
    <a class="case-link" href={`#/case/${index}`}>
      {nameOfCase(one)}
    </a>
  );
}
