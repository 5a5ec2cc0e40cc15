/**
 * Updates as suites see them: releases, the server that offers them, and what a machine and the server
 * said to each other. Names are those of the Omaha protocol 3.0 as update engine and Nebraska speak it.
 */

/** A release that a machine can be updated to. */
export interface UpdateRelease {
  /** As suites ask for it: `next`. */
  readonly name: string;
  readonly version: string;
  readonly payload: UpdatePayload;
  /** The root hash of its /usr, in lower-case hexadecimal. */
  readonly usrHash: string;
  /** Digest of its kernel file, in lower-case hexadecimal. */
  readonly kernelSha256: string;
  /** What is offered beside the system, for those who want it: an OEM's files, extensions. */
  readonly packages?: readonly UpdatePackage[];
}

/** A file by its name, such as `oem-qemu.gz`; digests in lower-case hexadecimal. */
export interface UpdatePackage {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly sha1: string;
}

/** What a server needs to know of a release to offer it. */
export type UpdateOffer = Pick<UpdateRelease, 'name' | 'version' | 'payload' | 'packages'>;

/** A file in the format of the update engine; digests in lower-case hexadecimal. */
export interface UpdatePayload {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly sha1: string;
  /** Length of what follows the signed part; 0 where nobody has looked. */
  readonly signatureBytes: number;
}

/**
 * What a machine says about itself in each request, as it stands there. An attribute that is absent is
 * undefined, one without a value is the empty string: engines send all of them.
 */
export interface UpdateClient {
  readonly appId: string;
  readonly version: string;
  /** The channel that it follows. */
  readonly track?: string;
  readonly board?: string;
  readonly machineId?: string;
  readonly machineAlias?: string;
  readonly bootId?: string;
  readonly oem?: string;
  readonly oemVersion?: string;
  readonly alephVersion?: string;
  readonly language?: string;
  readonly hardwareClass?: string;
  /** `true` or `false`. */
  readonly deltaOkay?: string;
  /** `ondemandupdate` when somebody asked for it, `scheduler` when it was time. */
  readonly installSource?: string;
  /** Name and version of the engine. */
  readonly updaterVersion?: string;
  /** `1` */
  readonly isMachine?: string;
  /** Undefined when the request has no `os`. */
  readonly os?: UpdateSystem;
}

/** The `os` of a request. */
export interface UpdateSystem {
  readonly version?: string;
  readonly platform?: string;
  /** The system's version and the machine's architecture, such as `4593.2.5_x86_64`. */
  readonly servicePack?: string;
}

/** An event's type and result, as they stand in the protocol. */
export interface UpdateEvent {
  readonly type: number;
  readonly result: number;
  /** Without the flags. */
  readonly errorCode?: number;
  /** Bits 28 to 31 of the error code: resumed, test image, test server, development mode. */
  readonly errorFlags?: number;
  /** The number as it was sent, flags and sign and all. */
  readonly sentErrorCode?: number;
  readonly previousVersion?: string;
}

/** One thing that was said or done, in order. */
export type UpdateMessage = { readonly atMs: number } & (
  | {
      readonly kind: 'check';
      readonly client: UpdateClient;
      /** What it was offered. */
      readonly answer: 'update' | 'noupdate' | 'redirect' | 'fault';
      /** Whether the machine said with it that it is there. */
      readonly ping: boolean;
      readonly version?: string;
      /** Why the server could not answer. */
      readonly reason?: string;
    }
  | { readonly kind: 'ping'; readonly client: UpdateClient }
  | { readonly kind: 'event'; readonly client: UpdateClient; readonly event: UpdateEvent }
  | {
      readonly kind: 'download';
      readonly version: string;
      /** The package; absent for the system's payload. */
      readonly file?: string;
      /** First byte that was asked for. */
      readonly from: number;
      readonly status: number;
      /** Bytes of the body that were sent. */
      readonly sent: number;
      readonly complete: boolean;
    }
  /** A request that is no Omaha: its beginning. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly body: string }
);

/**
 * What the server does wrong. `at` is a fraction of the payload, 0 to 1. `times` is how many answers
 * are affected; all of them without it.
 */
export type UpdateFault = { readonly times?: number } & (
  | { readonly kind: 'check-status'; readonly status: number }
  | { readonly kind: 'check-malformed' }
  | { readonly kind: 'check-redirect' }
  /** Hears the question and closes the connection. */
  | { readonly kind: 'check-disconnect' }
  /** Hears the question and says nothing, until the other side gives up. */
  | { readonly kind: 'check-stall' }
  /** Announces a digest that the payload does not have. */
  | { readonly kind: 'wrong-hash' }
  /** Announces more bytes than the payload has. */
  | { readonly kind: 'wrong-size' }
  | { readonly kind: 'payload-status'; readonly status: number }
  | { readonly kind: 'payload-redirect' }
  /** Ends there as if that were all. */
  | { readonly kind: 'truncated'; readonly at: number }
  /** One byte there is another. */
  | { readonly kind: 'corrupt'; readonly at: number }
  /** The signature is not one, and all that is announced agrees with that. */
  | { readonly kind: 'wrong-signature' }
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  /** Closes the connection there. */
  | { readonly kind: 'disconnect'; readonly at: number }
  /** Says nothing more from there on, and leaves the connection open. */
  | { readonly kind: 'stall'; readonly at: number }
);

/** How a release is offered. */
export interface OfferOptions {
  /** Only to machines that follow this channel; without it to all others. */
  readonly track?: string;
  /** Also to a machine that has this version or a later one. */
  readonly always?: boolean;
}

/** An update server on a machine's network. It offers nothing until it is told to. */
export interface UpdateServer {
  /** For `SERVER=` in update.conf. */
  readonly url: string;
  /** From the next check on; `undefined` takes back what was offered on the track. */
  offer(release: UpdateRelease | undefined, options?: OfferOptions): void;
  /** Tells machines, from the next check on, after how many seconds to ask again. */
  askAgainAfter(seconds: number | undefined): void;
  /** From the next answer on, beside other faults. */
  inject(fault: UpdateFault): void;
  /** Ends all faults. */
  heal(): void;
  /** All that was said, oldest first. */
  messages(): readonly UpdateMessage[];
  /** The events among them, `TYPE/RESULT` each: `13/1` is download started, `14/1` finished. */
  events(): readonly string[];
  /**
   * Resolves with the first message that matches, past or future; the first `from` are left out.
   * Default `timeoutMs` is 60,000. Throws UPDATE_TIMEOUT (product), which quotes the conversation.
   */
  waitFor(
    what: string,
    matches: (message: UpdateMessage) => boolean,
    options?: { readonly timeoutMs?: number; readonly from?: number },
  ): Promise<UpdateMessage>;
}
