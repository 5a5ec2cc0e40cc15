/**
 * Attempts by what is said of a candidate: who made it, when, of what.
 */

import { candidate, daysAgo, digest } from '../../../support/gate-values.js';
import type { Attempt } from './attempt.js';

const stable = (publishedAt: string, version = '4230.1.0') => {
  const lineage = [{ version, channel: 'beta', publishedAt }];
  return candidate('4230.2.0', { lineage });
};

export const attempts: readonly Attempt[] = [
  {
    name: 'a broken image beside one that is good and of the same architecture',
    change: async (w) => {
      const [good] = candidate('4230.1.0').images;
      if (good === undefined) throw new Error('a candidate without an image');
      const images = [good, { ...good, sha256: digest('broken') }];
      await w.addCandidate(candidate('4230.1.0', { images }));
    },
    refused: /BAD_CANDIDATE.*two of one arch/,
  },
  {
    name: 'another author after the approvals',
    change: async (w) => await w.addCandidate(candidate('4230.1.0', { author: 'zoe' })),
    refused: /ben approved another candidate/,
  },
  {
    name: 'called a security release after the approvals',
    change: async (w) => await w.addCandidate(candidate('4230.1.0', { security: true })),
    refused: /ben approved another candidate/,
  },
  {
    name: 'made older after the approvals',
    change: async (w) => await w.addCandidate(candidate('4230.1.0', { publishedAt: daysAgo(70) })),
    refused: /ben approved another candidate/,
  },
  {
    name: 'out for longer than its record says',
    promotes: true,
    act: async (w) => {
      await w.promote();
      await w.addCandidate(stable(daysAgo(30)));
      return await w.promote('4230.2.0', 'stable');
    },
    refused: /4230\.1\.0 in beta: expected out since 2026-06-30/,
  },
  {
    name: 'rebuilt from a release that never was in its channel',
    promotes: true,
    act: async (w) => {
      await w.promote();
      await w.addCandidate(stable(daysAgo(30), '4230.1.7'));
      return await w.promote('4230.2.0', 'stable');
    },
    refused: /4230\.1\.7 in beta: expected a record of its promotion, seen none/,
  },
  {
    name: 'older by its time in the channel before the last',
    promotes: true,
    act: async (w) => {
      await w.promote();
      const { lineage } = candidate('4230.2.0');
      const beta = { version: '4230.1.0', channel: 'beta', publishedAt: daysAgo(0) };
      const alpha = lineage.filter(({ channel }) => channel === 'alpha');
      await w.addCandidate(candidate('4230.2.0', { lineage: [...alpha, beta] }));
      return await w.promote('4230.2.0', 'stable');
    },
    refused: /soak: 4230\.2\.0: expected 14 days, seen 0\.0 days/,
  },
  {
    name: 'a version that belongs to another channel',
    change: async (w) => {
      await w.addCandidate({ ...candidate('4230.0.5', { lineage: [] }), channel: 'beta' });
    },
    act: async (w) => await w.promote('4230.0.5'),
    refused: /UNKNOWN_EDGE.*no edge to beta for 4230\.0\.5/,
  },
  {
    name: 'an alpha version with the lineage of a beta',
    change: async (w) => {
      const { lineage } = candidate('4230.1.0');
      await w.addCandidate({ ...candidate('4230.0.5', { lineage }), channel: 'beta' });
    },
    act: async (w) => await w.promote('4230.0.5'),
    refused: /integrity: 4230\.0\.5: expected a version of beta/,
  },
  {
    name: 'the same version with other images, once it is out',
    promotes: true,
    act: async (w) => {
      await w.promote();
      const images = [{ ...candidate('4230.1.0').images[0], sha256: digest('made again') }];
      await w.addCandidate(candidate('4230.1.0', { images } as never));
      return await w.promote();
    },
    refused: /CHANNEL_MOVED.*4230\.1\.0, and of other images/,
  },
  {
    name: 'a file of one version under the name of another',
    change: async (w) => {
      await w.write('candidates/4230.1.9.yaml', await w.read('candidates/4230.1.0.yaml'));
    },
    refused: /BAD_CANDIDATE.*it is about 4230\.1\.0/,
  },
  {
    name: 'a downgrade that has something behind its number',
    change: async (w) => await w.addCandidate(candidate('4152.1.0+x')),
    act: async (w) => await w.promote('4152.1.0+x'),
    refused: /integrity: 4152\.1\.0\+x: expected later than 4152\.1\.0, which beta has/,
  },
];
