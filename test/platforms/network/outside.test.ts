/**
 * A gateway leads away from the host, by whatever address it is called.
 */

import type { NetworkInterfaceInfo } from 'node:os';
import t from 'tap';
import { isOfHost, isOutside } from '../../../platforms/network/outside.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';

const plan = planNetwork({
  roles: {},
  segments: { lan: { subnet: '10.80.0.0/24', subnet6: 'fd80::/64' } },
});

t.test('the outside is neither a segment nor a detour to the host', async (t) => {
  for (const far of ['192.0.2.7', '10.81.0.1', '2001:db8::1', '2600::', 'fd81::1']) {
    t.ok(isOutside(plan, far), far);
  }
  const near = ['10.80.0.7', 'fd80::7', '127.0.0.1', '127.9.9.9', '0.0.0.0', '169.254.1.1'];
  const groups = ['255.255.255.255', '224.0.0.1', 'ff02::1', '::', '::1', 'fe80::1'];
  const embedded = ['::ffff:7f00:1', '::ffff:0:a00:1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1'];
  const tunnels = ['2002:7f00:1::', '2001::7f00:1', '::7f00:1', '::ffff:c000:207'];
  for (const one of [...near, ...groups, ...embedded, ...tunnels])
    t.notOk(isOutside(plan, one), one);
});

t.test('the addresses that the host has', async (t) => {
  const own = (address: string) => ({ address }) as NetworkInterfaceInfo;
  const interfaces = {
    eth0: [own('192.0.2.9'), own('2001:db8::9'), own('fe80::9%eth0')],
    none: undefined,
  };
  for (const one of ['192.0.2.9', '2001:db8:0::9', 'fe80::9']) t.ok(isOfHost(one, interfaces), one);
  for (const one of ['192.0.2.8', '2001:db8::8']) t.notOk(isOfHost(one, interfaces), one);
  t.ok(isOfHost('127.0.0.1'), 'as the system has them');
});
