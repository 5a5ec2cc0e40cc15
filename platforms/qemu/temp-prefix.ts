/**
 * How the platform's temporary directories are recognised.
 */

/** Every temporary directory of the platform has this prefix; no other one is ever reaped. */
export const tempPrefix = 'switchyard';
