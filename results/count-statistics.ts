/**
 * Statistics of counts, for decisions about failures: whether there are more than before, how many
 * there may really be, and when enough has been seen of a new suite. Pure functions of numbers.
 */

/** Failures among trials. */
export interface Failures {
  readonly failed: number;
  readonly trials: number;
}

/** `logFactorials[n]` is the logarithm of n!, as far as it was needed. */
const logFactorials: number[] = [0];

function logFactorial(n: number): number {
  for (let next = logFactorials.length; next <= n; next++) {
    logFactorials.push((logFactorials[next - 1] as number) + Math.log(next));
  }
  return logFactorials[n] as number;
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

function requireCounts({ failed, trials }: Failures): void {
  const isCount = Number.isInteger(failed) && Number.isInteger(trials) && failed >= 0;
  if (!isCount || failed > trials) throw new RangeError(`${failed} failures of ${trials} trials`);
}

/**
 * Fisher's exact test, one-sided (Fisher, "The Design of Experiments", 1935): the chance that `now`
 * has at least as many of all the failures as it has, if its rate is that of `before`. 1 without
 * trials. Throws RangeError for what are no counts.
 */
export function fisherExact(now: Failures, before: Failures): number {
  requireCounts(now);
  requireCounts(before);
  const failed = now.failed + before.failed;
  const all = now.trials + before.trials;
  const most = Math.min(failed, now.trials);
  const logAll = logChoose(all, now.trials);
  let sum = 0;
  for (let k = now.failed; k <= most; k++) {
    if (now.trials - k > all - failed) continue;
    sum += Math.exp(logChoose(failed, k) + logChoose(all - failed, now.trials - k) - logAll);
  }
  return Math.min(1, sum);
}

/**
 * The smallest chance that {@link fisherExact} could have told of so many trials and so many failures in all
 * (Tarone, "A modified Bonferroni method for discrete data", Biometrics 46, 1990). Where it is not small
 * either, the counts can't tell. Throws likewise.
 */
export function smallestFisher(now: Failures, before: Failures): number {
  const failed = now.failed + before.failed;
  const most = Math.min(failed, now.trials);
  return fisherExact({ ...now, failed: most }, { ...before, failed: failed - most });
}

/** The chance of at least so many failures among the trials at this rate. */
export function binomialTail(seen: Failures, rate: number): number {
  requireCounts(seen);
  const { failed, trials } = seen;
  if (failed === 0 || rate >= 1) return 1;
  if (rate <= 0) return 0;
  const [log, logOther] = [Math.log(rate), Math.log1p(-rate)];
  let sum = 0;
  for (let k = failed; k <= trials; k++) {
    sum += Math.exp(logChoose(trials, k) + k * log + (trials - k) * logOther);
  }
  return Math.min(1, sum);
}

/**
 * The largest rate that is still believable (Clopper and Pearson, "The use of confidence or fiducial
 * limits", Biometrika 26, 1934): one-sided, at this confidence. 1 without trials.
 */
export function rateUpperBound(seen: Failures, confidence = 0.95): number {
  requireCounts(seen);
  const { failed, trials } = seen;
  if (failed === trials) return 1;
  return bisect((rate) => binomialTail({ failed: failed + 1, trials }, rate) < confidence);
}

/** The smallest rate that is still believable, likewise. 0 without failures. */
export function rateLowerBound(seen: Failures, confidence = 0.95): number {
  requireCounts(seen);
  if (seen.failed === 0) return 0;
  return bisect((rate) => binomialTail(seen, rate) < 1 - confidence);
}

/** Where in [0, 1] the condition ends to hold that holds below. */
function bisect(holds: (rate: number) => boolean): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Between which two rates a new suite is to be told apart, and how often wrongly. */
export interface SequentialRule {
  /** The rate of failures of a suite that is good enough. */
  readonly good: number;
  /** The rate at which it is too bad; more than `good`. */
  readonly bad: number;
  /** The chance to refuse a good one, and to accept a bad one. */
  readonly alpha: number;
  readonly beta: number;
}

/** What has been seen is enough to accept or to refuse, or more is needed. */
export type SequentialAnswer = 'accept' | 'refuse' | 'continue';

/**
 * The sequential probability ratio test (Wald, "Sequential Tests of Statistical Hypotheses", 1945).
 * Throws RangeError for a rule whose rates are not 0 < good < bad < 1.
 */
export function sequentialTest(seen: Failures, rule: SequentialRule): SequentialAnswer {
  requireCounts(seen);
  const { good, bad, alpha, beta } = rule;
  if (!(good > 0 && good < bad && bad < 1)) throw new RangeError(`rates ${good} and ${bad}`);
  const passed = seen.trials - seen.failed;
  const ratio = seen.failed * Math.log(bad / good) + passed * Math.log((1 - bad) / (1 - good));
  if (ratio >= Math.log((1 - beta) / alpha)) return 'refuse';
  return ratio <= Math.log(beta / (1 - alpha)) ? 'accept' : 'continue';
}
