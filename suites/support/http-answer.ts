/**
 * A web server for images without interpreters: a socket unit that starts one small shell script per
 * connection, as inetd did.
 */

import type { IgnitionFile, IgnitionUnit } from '../../harness/model/ignition.js';
import { file, unit } from './provision.js';

/** What is served and where. */
export interface Answer {
  readonly port: number;
  readonly body: string;
}

function socketUnit(port: number): IgnitionUnit {
  const contents = `[Socket]
ListenStream=${port}
Accept=yes

[Install]
WantedBy=sockets.target
`;
  return unit(`answer-${port}.socket`, contents);
}

function serviceUnit(port: number, execStart: string): IgnitionUnit {
  const contents = `[Service]
ExecStart=${execStart}
StandardInput=socket
StandardOutput=socket
`;
  return { name: `answer-${port}@.service`, contents };
}

const header = 'HTTP/1.0 200 OK\\r\\nConnection: close\\r\\n\\r\\n';

/** Units that answer every request with a fixed text. */
export function answeringUnits({ port, body }: Answer): readonly IgnitionUnit[] {
  const script = `read -r request; printf '${header}${body}\\n'`;
  return [socketUnit(port), serviceUnit(port, `-/bin/bash -c "${script.replaceAll('%', '%%')}"`)];
}

/** The script that answers with the contents of a file. */
export function pageScript(page: string): IgnitionFile {
  const script = `#!/bin/bash
read -r request
printf '${header}'
cat ${page}
`;
  return file('/opt/serve-page', script, 0o755);
}

/** Units that run {@link pageScript}. */
export function pageUnits(port: number): readonly IgnitionUnit[] {
  return [socketUnit(port), serviceUnit(port, '-/bin/bash /opt/serve-page')];
}
