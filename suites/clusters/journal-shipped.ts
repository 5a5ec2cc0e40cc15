/**
 * What machines log, a collector has: sent by them, and fetched by it.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { asRoot, equipped, onLan, softwareNeeds } from '../support/cluster-software.js';
import { allOnLan } from '../support/clusters.js';

const collect = `mkdir -p /var/log/journal/remote
systemd-run --quiet --unit=collect /usr/lib/systemd/systemd-journal-remote \\
  --listen-http=19532 --output=/var/log/journal/remote`;

function upload(address: string): string {
  return `systemd-run --quiet --unit=upload --property=StateDirectory=systemd/journal-upload \\
  /usr/lib/systemd/systemd-journal-upload --url=http://${address}:19532`;
}

const serve = `systemd-run --quiet --unit=serve \\
  --socket-property=ListenStream=19531 /usr/lib/systemd/systemd-journal-gatewayd`;

function arrives(text: string): string {
  const find = `journalctl --directory=/var/log/journal/remote -o cat --grep '${text}' -q`;
  return `until ${find} | grep -q .; do sleep 0.5; done`;
}

export default defineSuite({
  id: 'clusters/journal-shipped',
  summary: 'A collector gets the journal of another machine, by upload and from its gateway.',
  claims: ['D08'],
  tags: ['cluster', 'systemd'],
  applies: { needs: softwareNeeds },
  topology: onLan({ collector: equipped(), sender: equipped() }),
  limits: { runMs: 480_000 },
  async run({ machine, machines, network, step }) {
    const [collector, sender] = [machine('collector'), machine('sender')];
    const [to, from] = [network.station('collector-0').ipv4, network.station('sender-0').ipv4];
    await allOnLan(machines, network);
    await step('what the sender uploads arrives', async () => {
      await asRoot(collector, 'starting the collector', collect);
      await asRoot(sender, 'starting the upload', upload(`${to}`));
      await sender.output(['logger', 'harbour-light is green']);
      await asRoot(collector, 'waiting for the line', arrives('harbour-light is green'));
    });
    await step('and says who sent it', async () => {
      const find = 'journalctl --directory=/var/log/journal/remote -o json --grep harbour-light -q';
      const [line = '{}'] = (await asRoot(collector, 'reading the line', find)).split('\n');
      const { _HOSTNAME: host } = JSON.parse(line) as Record<string, string>;
      check.equal(host, sender.name, '_HOSTNAME');
    });
    await step('the collector can fetch it as well', async () => {
      await asRoot(sender, 'starting the gateway', serve);
      const url = `http://${from}:19531/entries?boot&MESSAGE=harbour-light%20is%20green`;
      const text = await collector.output(['curl', '-s', '--max-time', '60', url], {
        timeoutMs: 90_000,
      });
      check.includes(text, 'harbour-light is green', 'what the gateway gives');
    });
  },
});
