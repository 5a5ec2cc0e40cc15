/**
 * A server on this host that answers as a Nebraska instance does, in the shapes that its API test
 * suite and its types have (flatcar/nebraska, backend/test/api and backend/pkg/api). It keeps channels
 * and packages, and can go wrong.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A machine as the server lists it, with its status history, newest first. */
export interface StandInInstance {
  readonly id: string;
  readonly version: string;
  readonly lastCheck: string;
  readonly history?: readonly (readonly [
    at: string,
    status: number,
    version: string,
    code?: string,
  ])[];
}

export interface StandInPackage {
  readonly id: string;
  readonly version: string;
  readonly arch: number;
  /** Lower-case hexadecimal; shown in base64 as the server does. */
  readonly sha256: string;
}

export interface StandInChannel {
  readonly id: string;
  readonly name: string;
  readonly arch: number;
  package: string | null;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => boolean | undefined;

export class NebraskaStandIn implements AsyncDisposable {
  readonly app = 'e96281a6-d1af-4bde-9a0a-97b76e56dc57';
  readonly group = '5b810680-e36a-4879-b98a-4f989e80b899';
  readonly instances: StandInInstance[] = [];
  readonly packages: StandInPackage[] = [];
  readonly channels: StandInChannel[] = [];
  readonly requests: string[] = [];
  /** What `Authorization` must be, when somebody must log in. */
  token: string | undefined;
  /** Answers instead of the server, when it returns true. */
  fault: Handler | undefined;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  /** Listens on a free port of 127.0.0.1. */
  static async open(): Promise<NebraskaStandIn> {
    const server = new NebraskaStandIn();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    this.requests.push(`${method} ${url}`);
    if (this.fault?.(request, response)) return;
    if (this.token && request.headers.authorization !== `Bearer ${this.token}`) {
      return void response.writeHead(401).end();
    }
    const found = this.#route(method, new URL(url, this.url), await text(request));
    if (found === undefined) return void response.writeHead(404).end();
    if (found === 'error') return void response.writeHead(500).end();
    response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' });
    response.end(JSON.stringify(found));
  }

  #route(method: string, { pathname, searchParams }: URL, body: string): unknown {
    const [, app, kind, id, part, instance, last] =
      /^\/api\/apps\/([^/]+)\/(\w+)(?:\/([^/]+))?(?:\/(\w+))?(?:\/([^/]+))?(?:\/(\w+))?$/
        .exec(pathname)
        ?.map((one) => one && decodeURIComponent(one)) ?? [];
    if (app !== this.app) return undefined;
    const page = pageOf(searchParams);
    if (kind === 'groups' && id === this.group && part === 'instances') {
      if (last === 'status_history') return this.#history(instance);
      const instances = page(this.instances).map((one) => this.#instance(one));
      return { total: this.instances.length, instances };
    }
    if (kind === 'packages') {
      const wanted = searchParams.get('searchVersion');
      const all = this.packages.filter(({ version }) => !wanted || version.includes(wanted));
      const packages = page(all).map((one) => this.#package(one.id));
      return { totalCount: all.length, count: packages.length, packages };
    }
    if (kind !== 'channels') return undefined;
    if (id === undefined) {
      const channels = page(this.channels).map((one) => this.#channel(one));
      return { totalCount: this.channels.length, count: channels.length, channels };
    }
    const channel = this.channels.find((one) => one.id === id);
    if (channel === undefined) return undefined;
    if (method === 'PUT' && !this.#update(channel, body)) return 'error';
    return this.#channel(channel);
  }

  /** As the server does: the package must be of the application and of the channel's architecture. */
  #update(channel: StandInChannel, body: string): boolean {
    const { package_id: id = null } = JSON.parse(body) as { package_id?: string | null };
    const found = this.packages.find((one) => one.id === id);
    if (id !== null && found?.arch !== channel.arch) return false;
    channel.package = id;
    return true;
  }

  #instance({ id, version, lastCheck, history = [] }: StandInInstance) {
    return {
      id,
      ip: '10.0.0.17',
      created_ts: '2026-01-05T08:15:30.123456Z',
      application: {
        instance_id: id,
        application_id: this.app,
        group_id: this.group,
        version,
        created_ts: '0001-01-01T00:00:00Z',
        status: history[0]?.[1] ?? null,
        last_check_for_updates: lastCheck,
        last_update_granted_ts: null,
        last_update_version: history[0]?.[2] ?? null,
        update_in_progress: false,
      },
      alias: id,
    };
  }

  #history(id: string | undefined) {
    const { history = [] } = this.instances.find((one) => one.id === id) ?? {};
    // Of an instance without history the server says null.
    if (history.length === 0) return null;
    return history.map(([created_ts, status, version, code]) => {
      return { status, version, created_ts, error_code: code ?? null };
    });
  }

  #package(id: string | null) {
    const found = this.packages.find((one) => one.id === id);
    if (found === undefined) return null;
    const { version, arch, sha256 } = found;
    return {
      id,
      type: 1,
      version,
      url: `https://update.release.flatcar-linux.net/amd64-usr/${version}/`,
      filename: 'flatcar_production_update.gz',
      description: `Flatcar Container Linux ${version}`,
      size: '408027123',
      hash: 'r3nufcxgMTZaxYEqL+x2zIoeClk=',
      created_ts: '2026-06-01T10:00:00.000001Z',
      channels_blacklist: [],
      application_id: this.app,
      flatcar_action: {
        id: `action-${id}`,
        event: 'postinstall',
        chromeos_version: '',
        sha256: Buffer.from(sha256, 'hex').toString('base64'),
        needs_admin: false,
        is_delta: false,
        disable_payload_backoff: true,
        metadata_signature_rsa: '',
        metadata_size: '',
        deadline: '',
        created_ts: '2026-06-01T10:00:00.000002Z',
      },
      arch,
      extra_files: [],
      floor_reason: null,
    };
  }

  #channel({ id, name, arch, package: package_id }: StandInChannel) {
    return {
      id,
      name,
      color: '#1fbb86',
      created_ts: '2020-01-01T00:00:00Z',
      application_id: this.app,
      package_id,
      package: this.#package(package_id),
      arch,
    };
  }
}

function pageOf(query: URLSearchParams) {
  const [page, entries] = [Number(query.get('page') ?? 1), Number(query.get('perpage') ?? 10)];
  return <T>(all: readonly T[]) => all.slice((page - 1) * entries, page * entries);
}
