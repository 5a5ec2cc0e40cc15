/**
 * Reads what an update engine sends: one `app` with any of a ping, an update check and events.
 * Source: flatcar/update_engine, omaha_request_action.cc.
 */

import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import { defined } from '../../../harness/base/errors.js';
import type { UpdateClient, UpdateEvent, UpdateSystem } from '../../../harness/model/updates.js';

/** A request that could be read. */
export interface OmahaRequest {
  readonly client: UpdateClient;
  readonly ping: boolean;
  readonly check: boolean;
  readonly events: readonly UpdateEvent[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  isArray: (name) => name === 'event',
});

/** Absent and empty are two things: an engine that leaves an attribute out is not one that has no value. */
const text = z.string().optional();
const number = z
  .string()
  .regex(/^-?\d+$/, 'not a whole number')
  .transform(Number);

const eventShape = z.object({
  eventtype: number,
  eventresult: number,
  errorcode: number.optional(),
  previousversion: z.string().optional(),
});

const osShape = z.object({ version: text, platform: text, sp: text });

const requestShape = z.object({
  request: z.object({
    protocol: z.literal('3.0'),
    updaterversion: text,
    installsource: text,
    ismachine: text,
    // Without any attribute it is read as a text.
    os: z.union([osShape, z.literal('').transform(() => ({}))]).optional(),
    app: z.object({
      appid: z.string(),
      version: z.string(),
      track: text,
      board: text,
      machineid: text,
      machinealias: text,
      bootid: text,
      oem: text,
      oemversion: text,
      alephversion: text,
      lang: text,
      hardware_class: text,
      delta_okay: text,
      ping: z.unknown().optional(),
      updatecheck: z.unknown().optional(),
      event: z.array(eventShape).default([]),
    }),
  }),
});

/** What is wrong with the text, or the request that it is. */
export function readOmahaRequest(xml: string): OmahaRequest | { readonly reason: string } {
  const validity = XMLValidator.validate(xml);
  if (validity !== true) return { reason: `no XML: ${validity.err.msg}` };
  const parsed = requestShape.safeParse(parser.parse(xml));
  if (!parsed.success) return { reason: z.prettifyError(parsed.error) };
  const { request } = parsed.data;
  const { ping, updatecheck, event } = request.app;
  return {
    client: toClient(request),
    ping: ping !== undefined,
    check: updatecheck !== undefined,
    events: event.map(toEvent),
  };
}

function toClient(request: z.infer<typeof requestShape>['request']): UpdateClient {
  const { app, os, installsource, updaterversion, ismachine } = request;
  return defined({
    appId: app.appid,
    version: app.version,
    track: app.track,
    board: app.board,
    machineId: app.machineid,
    machineAlias: app.machinealias,
    bootId: app.bootid,
    oem: app.oem,
    oemVersion: app.oemversion,
    alephVersion: app.alephversion,
    language: app.lang,
    hardwareClass: app.hardware_class,
    deltaOkay: app.delta_okay,
    installSource: installsource,
    updaterVersion: updaterversion,
    isMachine: ismachine,
    os: os && toSystem(os),
  });
}

function toSystem({ version, platform, sp }: z.infer<typeof osShape>): UpdateSystem {
  return defined({ version, platform, servicePack: sp });
}

/** Flags are in the four highest bits, so the number may be negative. Source: action_processor.h. */
const flagBits = 0xf000_0000;

function toEvent(event: z.infer<typeof eventShape>): UpdateEvent {
  const { eventtype, eventresult, errorcode, previousversion } = event;
  const bits = errorcode === undefined ? undefined : errorcode >>> 0;
  return defined({
    type: eventtype,
    result: eventresult,
    errorCode: bits === undefined ? undefined : (bits & ~flagBits) >>> 0,
    errorFlags: bits === undefined ? undefined : (bits & flagBits) >>> 0,
    sentErrorCode: errorcode,
    previousVersion: previousversion,
  });
}
