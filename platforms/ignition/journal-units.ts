/**
 * Units that stream the journal to the harness on images that don't do it themselves: from the real
 * root on, with what the initrd has logged first, since the journal holds it. They never fail: a
 * machine without the port has nothing to wait for, and no suite should find them among its own.
 */

import type { IgnitionUnit } from '../../harness/model/ignition.js';

const port = '/dev/virtio-ports/org.switchyard.journal';

/** What the harness reads of an entry (systemd.journal-fields(7)). */
const fields = [
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_IDENTIFIER',
  '_COMM',
  '_PID',
  '_TRANSPORT',
  '_SYSTEMD_UNIT',
  'UNIT',
];

/** udev makes the port's name some time after systemd has begun to start units (systemd.path(5)). */
const pathUnit = `[Unit]
Description=Port to which the journal is streamed
DefaultDependencies=no
IgnoreOnIsolate=yes

[Path]
PathExists=${port}

[Install]
WantedBy=sysinit.target
`;

const serviceUnit = `[Unit]
Description=Stream the journal to the harness
DefaultDependencies=no
IgnoreOnIsolate=yes
After=systemd-journald.socket
StartLimitIntervalSec=0

[Service]
ExecStart=-/usr/bin/journalctl --boot --follow --lines=all --output=json --output-fields=${fields.join(',')}
StandardOutput=file:${port}
StandardError=null
Restart=always
RestartSec=500ms
Nice=10
`;

export const journalUnits: readonly IgnitionUnit[] = [
  { name: 'stream-journal.path', enabled: true, contents: pathUnit },
  { name: 'stream-journal.service', contents: serviceUnit },
];
