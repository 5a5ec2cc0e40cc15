/**
 * An etcd that talks only to who has a certificate of its authority.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { asRoot } from '../support/cluster-software.js';
import { onAll } from '../support/clusters.js';
import { etcdCluster, etcdNeeds, etcdServes } from '../support/etcd.js';

const directory = '/etc/etcd';
const url = 'https://127.0.0.1:2379';

/** The same server, for clients with a certificate only, and not before there is one. */
const dropin = `    - path: /etc/systemd/system/etcd.service.d/10-tls.conf
      contents:
        inline: |
          [Unit]
          ConditionPathExists=${directory}/server.crt
          [Service]
          Environment=ETCD_CERT_FILE=${directory}/server.crt
          Environment=ETCD_KEY_FILE=${directory}/server.key
          Environment=ETCD_TRUSTED_CA_FILE=${directory}/ca.crt
          Environment=ETCD_CLIENT_CERT_AUTH=true
`;

/** An authority, and what it signs: one certificate for servers and one for clients. */
const authority = `mkdir -p ${directory}; cd ${directory}
sign() { openssl x509 -req -in $1.csr -CA ca.crt -CAkey ca.key -days 30 -out $1.crt -extfile $1.ext; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=authority \\
  -keyout ca.key -out ca.crt
for name in server client stranger; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$name \\
    -keyout $name.key -out $name.csr
done
printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\\n' > server.ext
: > client.ext
sign server; sign client
openssl x509 -req -in stranger.csr -key stranger.key -days 30 -out stranger.crt
chmod 644 *.key`;

const shared = ['ca.crt', 'server.crt', 'server.key', 'client.crt', 'client.key'];

/** etcdctl with these credentials; `name` undefined is none. */
function etcdctl(name: string | undefined, ...args: readonly string[]): [string, ...string[]] {
  const cacert = `--cacert=${directory}/ca.crt`;
  const own = name ? [`--cert=${directory}/${name}.crt`, `--key=${directory}/${name}.key`] : [];
  const limits = ['--command-timeout=20s', '--dial-timeout=20s'];
  return ['etcdctl', `--endpoints=${url}`, cacert, ...own, ...limits, ...args];
}

/** The client only sees that it was hung up on; the server says why. */
async function refuses(machine: Machine, name: string | undefined, why: RegExp): Promise<void> {
  const result = await machine.exec(etcdctl(name, 'get', 'color'), {
    timeoutMs: 60_000,
  });
  check.fails(result, `reading as ${name ?? 'nobody'}`);
  const argv = ['journalctl', '-b', '-u', 'etcd.service', '-o', 'cat', '--no-pager'] as const;
  const said = (await machine.output(argv, { sudo: true })).split('\n');
  const rejected = said.filter((line) => line.includes('rejected connection')).join('\n');
  check.matches(rejected, why, `why ${name ?? 'nobody'} was rejected, by etcd’s journal`);
}

export default defineSuite({
  id: 'etcd/tls',
  summary: 'With TLS, clients with a certificate of the authority are served, others are not.',
  claims: ['K03'],
  tags: ['cluster', 'etcd', 'security'],
  applies: { needs: etcdNeeds },
  topology: etcdCluster(3, {}, { files: dropin, scheme: 'https' }),
  limits: { runMs: 600_000 },
  async run({ machine, machines, step }) {
    const [first, second] = [machine('machine', 0), machine('machine', 1)];
    await step('an authority, and certificates', async () => {
      await asRoot(first, 'making certificates', `${authority}`);
      for (const name of shared) {
        const text = await first.readFile(`${directory}/${name}`);
        const others = machines.filter((each) => each !== first);
        await onAll(others, (other) => other.writeFile(`${directory}/${name}`, text));
      }
    });
    await step('the cluster forms', async () => {
      await onAll(machines, async (each) => {
        await each.output(['systemctl', 'start', '--no-block', 'etcd.service'], { sudo: true });
      });
      await etcdServes(machines);
    });
    await step('a client with a certificate writes and reads', async () => {
      await first.output(etcdctl('client', 'put', 'color', 'green'), { timeoutMs: 60_000 });
      const value = await second.output(etcdctl('client', 'get', 'color', '--print-value-only'), {
        timeoutMs: 60_000,
      });
      check.equal(value, 'green', 'color by machine-1');
    });
    await step('nobody, and a stranger, are refused', async () => {
      await refuses(first, undefined, /tls: client didn't provide a certificate/);
      await refuses(first, 'stranger', /signed by unknown authority|failed to verify/);
      check.fails(await first.exec(['curl', '-s', 'http://127.0.0.1:2379/health']), 'plain HTTP');
    });
  },
});
