/**
 * Joins standard input and output with a unix socket: QEMU starts it for each connection of a guest
 * to a service of the harness. `node bridge.js SOCKET`.
 */

import { connect } from 'node:net';
import { argv, exit, stdin, stdout } from 'node:process';

const socket = connect(argv[2] ?? '');
socket.on('error', () => exit(1));
socket.on('close', () => exit(0));
stdin.pipe(socket);
socket.pipe(stdout);
