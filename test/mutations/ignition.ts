/**
 * Defects that the suites about Ignition must see: what a config makes of a system.
 */

import { changedConfig, sabotaged, withFiles, withUnits } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'ignition/runs-again',
    suite: 'ignition/ran-once',
    describes: 'The flag of the first boot is set again, so Ignition would run at the next boot.',
    change: sabotaged({ script: 'touch /boot/flatcar/first_boot' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/file-comes-back',
    suite: 'ignition/ran-once',
    describes: 'Something recreates the file of the config after the reboot.',
    change: sabotaged({ script: 'echo once > /etc/written-once', when: 'ConditionFirstBoot=no' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/result-readable-by-all',
    suite: 'ignition/result-file',
    describes: 'The report of Ignition can be read by every user.',
    change: sabotaged({ script: 'chmod 0644 /etc/.ignition-result.json' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/result-of-another-boot',
    suite: 'ignition/result-file',
    describes: 'The report names a boot that is not the one in which Ignition ran.',
    change: sabotaged({
      script: `sed -i -E 's/("provisioningBootID": *")[0-9a-f]/\\1x/' /etc/.ignition-result.json`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/journal-of-initrd-lost',
    suite: 'ignition/stages-logged',
    describes:
      "The journal of the initrd, and Ignition's lines with it, does not survive the boot.",
    change: sabotaged({
      when: 'After=systemd-journal-flush.service',
      script:
        'journalctl --rotate; rm -rf /var/log/journal/*/*@* /run/log/journal/*/*@*; systemctl restart systemd-journald',
    }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/unit-not-enabled',
    suite: 'ignition/units',
    describes: 'The unit that should be enabled is only written.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).map((unit) =>
          unit.enabled === true ? { ...unit, enabled: false } : unit,
        ),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/instance-not-enabled',
    suite: 'ignition/units',
    describes: 'One instance of the template is not in the config.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).filter(({ name }) => !name.includes('@eight')),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/unit-not-masked',
    suite: 'ignition/units',
    describes: 'The unit that should be masked is not.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).filter(({ mask }) => mask !== true),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/other-file-mode',
    suite: 'ignition/files',
    describes: 'A file gets another mode than the config states.',
    change: changedConfig((config) => withFiles(config, (file) => ({ ...file, mode: 0o600 }))),
    expect: assertionFailed,
  },
  {
    id: 'ignition/shipped-file-goes-on',
    suite: 'ignition/files',
    describes: 'What the config has for a shipped file is appended to it.',
    change: changedConfig((config) =>
      withFiles(config, ({ contents, ...rest }) => {
        const isHosts = rest.path === '/etc/hosts' && contents !== undefined;
        if (!isHosts) return { ...rest, ...(contents && { contents }) };
        return { ...rest, overwrite: false, append: [contents] };
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/link-is-a-copy',
    suite: 'ignition/files',
    describes: 'The hard link is a file of its own with the same contents.',
    change: sabotaged({
      script: 'cd /var/lib/harbour; cp hard copy; mv copy hard',
    }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/updates-stay-on',
    suite: 'ignition/updates-masked',
    describes: 'The update services are not masked.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).map((unit) => ({ ...unit, mask: false })),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/drift-by-chance',
    suite: 'ignition/same-config-same-system',
    describes: 'Something writes a random value into /etc at the first boot.',
    change: sabotaged({ script: 'cp /proc/sys/kernel/random/uuid /etc/drift' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/piece-missing',
    suite: 'ignition/append-and-gzip',
    describes: 'The config has one piece less.',
    change: changedConfig((config) =>
      withFiles(config, ({ append, ...rest }) =>
        append ? { ...rest, append: append.slice(0, 1) } : rest,
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/stays-compressed',
    suite: 'ignition/append-and-gzip',
    describes: 'Nobody tells Ignition that what it gets is compressed.',
    change: changedConfig((config) =>
      withFiles(config, ({ contents, ...rest }) => {
        const { compression: _, ...plain } = contents ?? {};
        return { ...rest, ...(contents && { contents: plain }) };
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/argument-missing',
    suite: 'ignition/kernel-arguments',
    describes: 'The config asks for one argument of the two.',
    change: changedConfig((config) => ({
      ...config,
      kernelArguments: { shouldExist: ['switchyard.one'] },
    })),
    expect: assertionFailed,
  },
  {
    id: 'ignition/enabled-at-every-boot',
    suite: 'ignition/presets-once',
    describes: 'Something enables the unit at every boot.',
    change: sabotaged({ script: 'systemctl enable --now once.service' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/drop-in-unread',
    suite: 'ignition/drop-in',
    describes: 'The config has no drop-ins.',
    change: changedConfig((config) => withUnits(config, [])),
    expect: assertionFailed,
  },
  {
    id: 'ignition/argument-stays',
    suite: 'ignition/kernel-arguments-removed',
    describes: 'The config does not ask for the removal.',
    change: changedConfig(({ kernelArguments: _, ...config }) => config),
    expect: assertionFailed,
  },
];
