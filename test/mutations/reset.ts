/**
 * Defects that the suites about resets must see.
 */

import { changedConfig, changedImage, programWith, sabotaged, withUnits } from './edits.js';
import { assertionFailed, assertionFailedIn, type Mutation } from './mutation.js';

/** One or more for each suite of `reset`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'reset/something-survives',
    suite: 'reset/selective',
    describes: 'What should be lost comes back at each boot.',
    change: sabotaged({ script: 'mkdir -p /var/lost; echo back > /var/lost/file' }),
    expect: assertionFailed,
  },
  {
    id: 'reset/id-is-lost',
    suite: 'reset/selective',
    describes: 'The machine id that is to be kept is not.',
    change: changedImage({
      name: 'id-is-lost',
      addFiles: [programWith('bin/flatcar-reset', ') machine_id=keep; shift', ') shift')],
    }),
    expect: assertionFailed,
  },
  {
    id: 'reset/id-stays',
    suite: 'reset/selective',
    describes: 'The machine id is kept, whether or not that is wanted.',
    change: changedImage({
      name: 'id-stays',
      addFiles: [programWith('bin/flatcar-reset', 'machine_id=new', 'machine_id=keep')],
    }),
    expect: assertionFailed,
  },
  {
    id: 'reset/words-not-expressions',
    suite: 'reset/selective',
    describes: 'What is to be kept is taken by the letter: no path has a point and an asterisk.',
    change: changedImage({
      name: 'words-not-expressions',
      addFiles: [
        programWith(
          'lib/switchyard/reset-list',
          'reading { patterns',
          'reading { gsub(/[.*]/, "[&]"); patterns',
        ),
      ],
    }),
    expect: assertionFailedIn('what is kept is there'),
  },
  {
    id: 'reset/keys-stay',
    suite: 'reset/selective',
    describes: 'The host keys are kept, whether or not that is wanted.',
    change: changedImage({
      name: 'keys-stay',
      addFiles: [
        programWith(
          'lib/switchyard/reset-list',
          'kept = path == "/selective-os-reset"',
          'kept = path == "/selective-os-reset" || path ~ "^/etc/ssh/ssh_host_"',
        ),
      ],
    }),
    expect: assertionFailedIn(
      'a second one without id and key, which reboots by itself, makes new ones',
    ),
  },
  {
    id: 'reset/preview-is-meant',
    suite: 'reset/preview',
    describes: 'A preview stages the reset that it shows.',
    change: changedImage({
      name: 'preview-is-meant',
      addFiles: [
        programWith(
          'bin/flatcar-reset',
          '  list "$preview"\n  exit 0\n',
          '  list "$preview"; touch /selective-os-reset\n  exit 0\n',
        ),
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'reset/for-everybody',
    suite: 'reset/preview',
    describes: 'Another flatcar-reset lets core do it.',
    change: sabotaged({
      script: `printf '#!/bin/sh\\nexec sudo -n /opt/flatcar-reset "$@"\\n' > /opt/wrapper
        cp /usr/bin/flatcar-reset /opt/flatcar-reset
        chmod 755 /opt/wrapper /opt/flatcar-reset
        mount --bind /opt/wrapper /usr/bin/flatcar-reset`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'reset/any-expression',
    suite: 'reset/preview',
    describes: 'flatcar-reset takes for a regular expression whatever it is given.',
    change: changedImage({
      name: 'any-expression',
      addFiles: [programWith('bin/flatcar-reset', '\ncheck_patterns\n', '\n')],
    }),
    expect: assertionFailed,
  },
  {
    id: 'reset/config-comes-back',
    suite: 'reset/new-config',
    describes: 'The config of the OEM partition is lost before the reboot.',
    change: sabotaged({
      script: `systemd-run --unit=thief sh -c 'while sleep 0.2; do rm -f /oem/config.ign; done' `,
    }),
    expect: assertionFailed,
  },
  {
    id: 'reset/url-not-asked',
    suite: 'reset/new-config',
    describes: 'A reset with a URL keeps the config that was there before.',
    change: changedImage({
      name: 'url-not-asked',
      addFiles: [
        programWith(
          'bin/flatcar-reset',
          'curl -fsSL --retry 3 -o /oem/config.ign.new "$url"',
          'cp /oem/config.ign /oem/config.ign.new',
        ),
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'reset/no-reboot',
    suite: 'reset/selective',
    describes: 'A reset that is not only staged forgets to reboot.',
    change: changedImage({
      name: 'reset-stays',
      addFiles: [programWith('bin/flatcar-reset', '  systemctl reboot\n', '  true\n')],
    }),
    expect: { phase: 'ssh', code: 'BOOT_TIMEOUT' },
  },
  {
    id: 'reset/no-backup',
    suite: 'reset/backup',
    describes: 'The request for a backup is lost.',
    change: sabotaged({
      script: `systemd-run --unit=thief sh -c 'while sleep 0.2; do rm -rf /flatcar-backup; done' `,
    }),
    expect: assertionFailed,
  },
  {
    id: 'reset/engine-does-not-return',
    suite: 'reset/backup',
    describes: 'The update engine is masked.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).map((one) =>
          one.name === 'update-engine.service' ? { ...one, mask: true } : one,
        ),
      ),
    ),
    expect: { phase: 'suite', code: 'UNIT_TIMEOUT' },
  },
];
