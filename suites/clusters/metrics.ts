/**
 * Machines tell how they are: Prometheus' exporter on each, read from another.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { asRoot, equipped, onLan, softwareNeeds } from '../support/cluster-software.js';
import { allOnLan, onAll } from '../support/clusters.js';

const exporter = `systemd-run --quiet --unit=exporter prometheus-node-exporter --collector.systemd
until curl -s http://127.0.0.1:9100/metrics > /dev/null; do sleep 0.2; done`;

export default defineSuite({
  id: 'clusters/metrics',
  summary: 'The metrics of every machine can be read over the network, and are its own.',
  claims: ['K21'],
  tags: ['cluster', 'network'],
  applies: { needs: softwareNeeds },
  topology: onLan({ machine: equipped({ count: 2 }) }),
  limits: { runMs: 480_000 },
  async run({ machine, machines, network, step }) {
    const reader = machine('machine', 0);
    await allOnLan(machines, network);
    await step('an exporter on each', async () => {
      await onAll(machines, (each) => asRoot(each, 'starting the exporter', exporter));
    });
    for (const { name } of machines) {
      await step(`what ${name} tells`, async () => {
        const url = `http://${name}:9100/metrics`;
        const text = await reader.output(['curl', '-s', '--max-time', '60', url], {
          timeoutMs: 90_000,
        });
        check.includes(text, `nodename="${name}"`, 'node_uname_info');
        check.matches(text, /^node_load1 \d/m, 'node_load1');
        check.matches(text, /^node_memory_MemAvailable_bytes \d/m, 'memory');
        const networkd =
          /node_systemd_unit_state\{name="systemd-networkd.service",state="active".*\} 1$/m;
        check.matches(text, networkd, 'the state of networkd');
      });
    }
  },
});
