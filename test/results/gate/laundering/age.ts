/**
 * Attempts on the time that a release must have been out.
 */

import { candidate, daysAgo } from '../../../support/gate-values.js';
import type { Attempt } from './attempt.js';

export const attempts: readonly Attempt[] = [
  {
    name: 'too young',
    change: async (w) => {
      const lineage = [{ version: '4230.0.0', channel: 'alpha', publishedAt: daysAgo(13) }];
      await w.addCandidate(candidate('4230.1.0', { lineage }));
    },
    refused: /expected 14 days, seen 13\.0 days; ready on 2026-07-01/,
  },
  {
    name: 'too young, and no word of where it comes from',
    change: async (w) => {
      await w.addCandidate(candidate('4230.1.0', { publishedAt: daysAgo(1), lineage: [] }));
    },
    refused: /UNKNOWN_EDGE.*no edge to beta for 4230\.1\.0/,
  },
  {
    name: 'too young for a release that mends a security problem',
    change: async (w) => {
      const lineage = [{ version: '4230.0.0', channel: 'alpha', publishedAt: daysAgo(1) }];
      await w.addCandidate(candidate('4230.1.0', { lineage, security: true }));
    },
    refused: /expected 2 days \(security\), seen 1\.0 days; ready on 2026-07-01/,
  },
  {
    name: 'too young, with an ancestor of another branch',
    change: async (w) => {
      const lineage = [
        { version: '4152.0.0', channel: 'alpha', publishedAt: daysAgo(300) },
        { version: '4230.0.0', channel: 'alpha', publishedAt: daysAgo(2) },
      ];
      await w.addCandidate(candidate('4230.1.0', { publishedAt: daysAgo(1), lineage }));
    },
    refused: /expected 14 days, seen 2\.0 days; ready on/,
  },
  {
    name: 'too young, with an ancestor that was out for long and gave way to another',
    change: async (w) => {
      const lineage = [
        { version: '4230.0.0', channel: 'alpha', publishedAt: daysAgo(60) },
        { version: '4230.0.5', channel: 'alpha', publishedAt: daysAgo(1) },
      ];
      await w.addCandidate(candidate('4230.1.0', { lineage }));
    },
    refused: /soak: 4230\.1\.0: expected 14 days, seen 1\.0 days; ready on/,
  },
  {
    name: 'it says that it came out long ago, and has ancestors of another branch only',
    change: async (w) => {
      const lineage = [{ version: '4152.0.0', channel: 'alpha', publishedAt: daysAgo(300) }];
      await w.addCandidate(candidate('4230.1.0', { publishedAt: daysAgo(60), lineage }));
    },
    refused:
      /soak: 4230\.1\.0: expected a release of alpha of the same branch.*4152\.0\.0 of alpha/,
  },
];
