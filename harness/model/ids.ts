/**
 * Branded identifiers and the parsers that are their only source. A value of a branded type is
 * known to be well formed, so nothing downstream checks it again.
 */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** `area/name`, equal to the suite's path under `suites/` without its extension. */
export type SuiteId = Branded<'SuiteId'>;
/** A row of the contract, such as `B01`. */
export type ClaimId = Branded<'ClaimId'>;
/**
 * `suite@image@platform-firmware`, with `#n` at the end from the second repetition on: the same from
 * run to run, so that history can be joined on it.
 */
export type CaseId = Branded<'CaseId'>;
/** `YYYYMMDD-HHMMSS-xxxx` in UTC, sortable, also the name of the run's directory. */
export type RunId = Branded<'RunId'>;

const suiteIdPattern = /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/;
const claimIdPattern = /^[A-Z][0-9]{2}$/;
const runIdPattern = /^[0-9]{8}-[0-9]{6}-[0-9a-f]{4}$/;

/** Returns the id, or undefined when `text` is not of the form `area/name` in kebab case. */
export function parseSuiteId(text: string): SuiteId | undefined {
  return suiteIdPattern.test(text) ? (text as SuiteId) : undefined;
}

/** Returns the id, or undefined when `text` is not one letter and two digits. */
export function parseClaimId(text: string): ClaimId | undefined {
  return claimIdPattern.test(text) ? (text as ClaimId) : undefined;
}

/** Returns the id, or undefined when `text` was not made by {@link makeRunId}. */
export function parseRunId(text: string): RunId | undefined {
  return runIdPattern.test(text) ? (text as RunId) : undefined;
}

/** Makes a run id from a time and two random bytes given as four hexadecimal digits. */
export function makeRunId(at: Date, random: string): RunId {
  const [date, time] = at.toISOString().slice(0, 19).split('T') as [string, string];
  return `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}-${random}` as RunId;
}

/** Joins the parts that identify a case. */
export function makeCaseId(parts: {
  readonly suite: SuiteId;
  readonly image: string;
  readonly platform: string;
  readonly firmware: string;
  readonly repeat?: number | undefined;
}): CaseId {
  const repeat = parts.repeat === undefined ? '' : `#${parts.repeat}`;
  return `${parts.suite}@${parts.image}@${parts.platform}-${parts.firmware}${repeat}` as CaseId;
}
