/**
 * How far the clocks of those who take part may disagree: of runners, reporters, and the hosts that
 * sign. What is later than now by more is refused or not counted.
 */

/** In milliseconds. */
export const clockSkewMs = 10 * 60_000;
