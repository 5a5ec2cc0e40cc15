/**
 * A program for the tests of sudden death: boots the payload under the workbench's directory, prints
 * `ready` and waits to be killed.
 */

import { createQemuPlatform } from '../../../platforms/qemu/create-platform.js';
import { makeWorkbench } from './payload.js';

const work = await makeWorkbench();
const platform = await createQemuPlatform(work.platformOptions);
const cluster = await platform.provision(work.request({}), AbortSignal.timeout(60_000));
process.stdout.write(`${JSON.stringify({ directory: work.directory })}\n`);
await cluster.machines[0]?.console.waitFor(/never printed/, { timeoutMs: 60_000 });
