/**
 * The servers that a suite asks for on a machine's management network.
 */

/** A server on the machine's own network; nobody else reaches it. */
export type ServiceRequest = HttpService | OmahaService | TangService | TftpService;

/** Where a server is: in the management network, 10.0.2.0/24, at none that QEMU uses itself. */
interface ServiceAddress {
  readonly address: string;
  readonly port: number;
}

export interface HttpService extends ServiceAddress {
  readonly kind: 'http';
  /** Contents by path: `/base.ign`. */
  readonly files: Readonly<Record<string, string>>;
  /** Files that come with the image, by path: `{ '/nginx.tar': 'nginx' }`. */
  readonly extras?: Readonly<Record<string, string>>;
  /** How often a path is answered with 503 before it is served. Default 0. */
  readonly refusals?: number;
  /** PEM of a certificate and its key, for HTTPS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** An update server, which `Machine.updateServer` tells what to offer. */
export interface OmahaService extends ServiceAddress {
  readonly kind: 'omaha';
  /**
   * A directory of channels on the host, as `yard gate promote` moves them: what a suite offers to no
   * track, machines are offered by their channel, as it is at that moment.
   */
  readonly channels?: string;
}

/** A real Tang server (package `tang`), which helps to unlock what is bound to its keys. */
export interface TangService extends ServiceAddress {
  readonly kind: 'tang';
  /** JSON Web Keys by file name, `KEY.jwk`. */
  readonly keys: Readonly<Record<string, string>>;
}

/** QEMU's own TFTP server, which is always at 10.0.2.2. */
export interface TftpService {
  readonly kind: 'tftp';
  /** Contents by name, without directories. */
  readonly files: Readonly<Record<string, string>>;
}
