/**
 * What machines reach by TCP at the switch: the artifacts, the metadata, and the outside where a
 * topology asks for it.
 */

import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { webServer } from '../../../harness/base/web-server.js';
import { fillAddresses } from '../fill-addresses.js';
import { isOfHost } from '../outside.js';
import { metadataAddress, type NetworkPlan, type SegmentPlan } from '../plan-network.js';
import type { TcpServer, TcpTarget } from '../tcp/tcp-endpoint.js';
import { artifactListener, type StoredArtifact } from './artifact-server.js';

const httpPort = 80;

/** Makes a connection of the host's own. */
export type Dial = (target: TcpTarget) => Duplex;

export interface TcpServersOptions {
  readonly plan: NetworkPlan;
  readonly segment: SegmentPlan;
  readonly artifacts: readonly StoredArtifact[];
  /** By default the host's network. */
  readonly dial?: Dial | undefined;
}

/** Chooses the server of a target. */
export function tcpServers(
  options: TcpServersOptions,
): (target: TcpTarget) => TcpServer | undefined {
  const { segment, plan, artifacts } = options;
  const files = httpOver(artifactListener(artifacts));
  const outside = proxyTo(options.dial ?? dialHost);
  return ({ address, port, from }) => {
    const isOwn = address === segment.ipv4?.address || address === segment.ipv6?.address;
    if (isOwn) return port === httpPort && artifacts.length > 0 ? files : undefined;
    if (address !== metadataAddress) {
      return segment.gateway && !isOfHost(address) ? outside : undefined;
    }
    if (port !== httpPort || !segment.metadata) return undefined;
    return httpOver(metadataListener(segment.metadata, plan, from));
  };
}

/** A server that listens nowhere and is handed its connections. */
function httpOver(listener: RequestListener): TcpServer {
  const server = webServer(listener);
  return (stream) => void server.emit('connection', stream);
}

/** Each machine reads its own: `{{self.name}}` and the like are of the one that asks. */
function metadataListener(
  texts: Readonly<Record<string, string>>,
  { roles, stations }: NetworkPlan,
  from: string,
): RequestListener {
  const machine = stations.find(({ ipv4, ipv6 }) => ipv4 === from || ipv6 === from)?.machine;
  return ({ url = '/' }, response) => {
    const text = texts[url.split('?', 1)[0] ?? ''];
    if (text === undefined || machine === undefined) {
      response.writeHead(404).end('no such datum\n');
      return;
    }
    const body = Buffer.from(fillAddresses(text, { machine, roles, stations }));
    response.writeHead(200, { 'content-length': String(body.length) }).end(body);
  };
}

function dialHost({ address, port }: TcpTarget): Duplex {
  return connect({ host: address, port, allowHalfOpen: true });
}

/** Either end's failure is the other's end. */
function proxyTo(dial: Dial): TcpServer {
  return (inner, target) => {
    const outer = dial(target);
    inner.pipe(outer).pipe(inner);
    inner.once('close', () => outer.destroy());
    outer.once('error', () => inner.destroy());
  };
}
