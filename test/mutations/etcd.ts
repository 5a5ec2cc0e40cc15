/**
 * Defects that the suites about etcd must see.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { file } from '../../suites/support/provision.js';
import { changedConfig, sabotaged, withContents, withStorage, withUnits } from './edits.js';
import { assertionFailedIn, type Mutation } from './mutation.js';

/** etcd's unit with something else in it. */
function etcdWith(edit: (contents: string) => string) {
  return changedConfig((config: IgnitionFragment) => {
    const units = config.systemd?.units ?? [];
    return withUnits(
      config,
      units.map((one) => {
        return one.name === 'etcd.service' && one.contents
          ? { ...one, contents: edit(one.contents) }
          : one;
      }),
    );
  });
}

/** Each member knows only itself, so that there are as many clusters. */
function alone(contents: string): string {
  return contents.replace(/--initial-cluster \S+/, `--initial-cluster ${itself}`);
}

/** As `--initial-cluster` has it. */
const itself = '{{self.name}}=http://{{self.ip}}:2380';

/** Runs etcd by a script, whose arguments are etcd's own; `SELF` is the member as `--initial-cluster` has it. */
function startedBy(script: string) {
  const path = '/opt/start-etcd';
  const program = file(path, `#!/bin/bash\n${script}\nexec /usr/bin/etcd "$@"\n`, 0o755);
  const start = `Environment=SELF=${itself}\nExecStart=${path}`;
  return changedConfig((config) => {
    const units = (config.systemd?.units ?? []).map((one) => {
      if (one.name !== 'etcd.service' || one.contents === undefined) return one;
      return { ...one, contents: one.contents.replace('ExecStart=/usr/bin/etcd', start) };
    });
    const files = [...(config.storage?.files ?? []), program];
    return withUnits(withStorage(config, { files }), units);
  });
}

/** The last of two values of a flag is the one that counts. */
const beginsAnew = `if [ -d /var/lib/etcd/member ]; then
  set -- "$@" --data-dir /var/lib/etcd-anew --initial-cluster "$SELF"
fi`;

/** Of five members all but machine-3 hear only that one. */
function roundOne(contents: string): string {
  const others = [0, 1, 2, 4].map((n) => `{{machine.${n}.ip}}`).join(', ');
  const commands = [
    'nft add table inet apart',
    "nft add chain inet apart in '{ type filter hook input priority -100; }'",
    `nft add rule inet apart in iifname eth1 tcp dport 2380 ip saddr '{ ${others} }' drop`,
  ];
  const script = `[ {{self.name}} = machine-3 ] || { ${commands.join('; ')}; }`;
  return contents.replace('Restart=', `ExecStartPre=/bin/sh -c "${script}"\nRestart=`);
}

/** A client that is refused by the cluster reads what the member has that it asks. */
const readsAnything = `cp /usr/bin/curl /run/curl
cat > /opt/curl <<'END'
#!/bin/bash
case \${!#} in */v3/kv/range) ;; *) exec /run/curl "$@" ;; esac
said=$(/run/curl "$@") && [[ $said = *'"header"'* ]] && exec echo "$said"
args=()
for arg; do
  case $arg in '{"'*) arg="{\\"serializable\\":true,\${arg#?}" ;; esac
  args+=("$arg")
done
exec /run/curl "\${args[@]}"
END
chmod 755 /opt/curl
mount --bind /opt/curl /usr/bin/curl`;

/** Somebody deletes a key as soon as there is a later one. */
function deletes(key: string, later: string): string {
  const has = `etcdctl get --print-value-only ${later} 2> /dev/null | grep -q .`;
  return `systemd-run sh -c 'until ${has}; do sleep 0.5; done; etcdctl del ${key} || :'`;
}

/** No limit of the unit's control group concerns a process that is not in it. */
const outOfItsGroup = 'ExecStartPost=/bin/sh -c "echo $$MAINPID > /sys/fs/cgroup/cgroup.procs"';

const lenientTls = `[Unit]
ConditionPathExists=/etc/etcd/server.crt
[Service]
Environment=ETCD_CERT_FILE=/etc/etcd/server.crt
Environment=ETCD_KEY_FILE=/etc/etcd/server.key
`;

const writeRed = 'etcdctl put color red';

/** One or more for each suite of `etcd`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'etcd/forgets',
    suite: 'etcd/single',
    describes: 'etcd’s data is removed when it stops.',
    change: etcdWith((text) =>
      text.replace('Restart=', 'ExecStopPost=/bin/rm -rf /var/lib/etcd\nRestart='),
    ),
    expect: assertionFailedIn('after a restart too'),
  },
  {
    id: 'etcd/alone',
    suite: 'etcd/forms',
    describes: 'Each member knows only itself: three clusters of one.',
    change: etcdWith(alone),
    expect: assertionFailedIn('each knows all members'),
  },
  {
    id: 'etcd/returns-as-another',
    suite: 'etcd/member-lost',
    describes:
      'An etcd that starts again begins anew, alone: it has nothing of what the others took.',
    change: startedBy(beginsAnew),
    expect: assertionFailedIn('the lost one returns and catches up'),
  },
  {
    id: 'etcd/minority-serves',
    suite: 'etcd/minority',
    describes: 'A member that is cut off answers reads out of what it has.',
    change: sabotaged({ script: readsAnything }),
    expect: assertionFailedIn('the minority refuses to answer'),
  },
  {
    id: 'etcd/loses-a-write',
    suite: 'etcd/minority',
    describes: 'A write that was acknowledged is gone later.',
    change: sabotaged({ script: deletes('many-7', 'many-200') }),
    expect: assertionFailedIn('no acknowledged write is lost'),
  },
  {
    id: 'etcd/five-lean-on-one',
    suite: 'etcd/five-members',
    describes: 'Four of five members hear only one, without which nobody is elected.',
    change: etcdWith(roundOne),
    expect: { phase: 'suite', code: 'NO_LEADER', step: 'two are lost: the rest goes on' },
  },
  {
    id: 'etcd/two-of-five-serve',
    suite: 'etcd/five-members',
    describes: 'Two of five members answer reads out of what they have.',
    change: sabotaged({ script: readsAnything }),
    expect: assertionFailedIn('a third is lost: nobody is answered'),
  },
  {
    id: 'etcd/unlimited',
    suite: 'etcd/slow-disk',
    describes: 'etcd leaves the control group of its unit: no limit slows its disk down.',
    change: etcdWith((text) => text.replace('Restart=', () => `${outOfItsGroup}\nRestart=`)),
    expect: assertionFailedIn('the others take writes all the same'),
  },
  {
    id: 'etcd/incomplete',
    suite: 'etcd/slow-disk',
    describes: 'One of the writes is gone by the time that the slow member has the rest.',
    change: sabotaged({ script: deletes('w-7', 'w-20') }),
    expect: assertionFailedIn('the slow one has them in the end'),
  },
  {
    id: 'etcd/anybody-is-served',
    suite: 'etcd/tls',
    describes: 'etcd does not ask clients for a certificate.',
    change: withContents('/etc/systemd/system/etcd.service.d/10-tls.conf', lenientTls),
    expect: assertionFailedIn('nobody, and a stranger, are refused'),
  },
  {
    id: 'etcd/written-again',
    suite: 'etcd/snapshot',
    describes: 'Somebody goes on writing what came after the snapshot.',
    change: sabotaged({
      script: `systemd-run sh -c 'while sleep 1; do ${writeRed}; done'`,
    }),
    expect: assertionFailedIn('with the value of then'),
  },
];
