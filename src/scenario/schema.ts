import { z } from 'zod';
import { REPORT_KINDS } from '../model/plan.js';
import { isPattern, isQueue } from './audience.js';
import { connectSection, stompSection } from './connect-schema.js';
import { MAX_SIZE_BYTES, publishList, subscribeList } from './messaging-schema.js';
import { duration, rateOrUnlimited, size, wholeNumberOrAuto } from './quantities.js';
import { list, refuseRepeated, rules, section } from './section.js';
import { sizeText } from '../shared/units.js';
import { isEmbedded, MAX_PROCESSES } from './embedded-target.js';
import { target } from './target.js';
import { choice, text } from './texts.js';
import { thresholdList } from './threshold-list.js';
import type { Fault } from './field.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** It becomes a part of a folder's name. */
export function nameFault(value: string): Fault | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)) return undefined;
  return {
    fault: 'a name has up to 64 letters, digits, dots, hyphens and underscores',
    hint: `write e.g. ${nameFrom(value)}`,
  };
}

/** The nearest name that is allowed. */
export function nameFrom(value: string): string {
  const name = value
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
    .slice(0, 64);
  return name === '' ? 'scenario' : name;
}

function timeout(defaultText: string, description: string) {
  return duration(1, HOUR_MS, { description }).prefault(defaultText);
}

const timeoutsSection = section(
  {
    dns: timeout(
      '5s',
      'For the name to resolve. The phase counts differently by client: `native` keeps an answer for 30 s, `stompjs` asks for each connection.',
    ),
    tcp: timeout('5s', 'For the TCP handshake.'),
    tls: timeout('5s', 'For the TLS handshake.'),
    upgrade: timeout('10s', 'For the answer to the HTTP upgrade.'),
    connect: timeout('10s', 'From CONNECT to CONNECTED.'),
    subscribe: timeout(
      '10s',
      'For the confirmation of a SUBSCRIBE. With `confirm: auto` or `message` and an awaited first MESSAGE, which confirms it too, it has as long as `timeouts.message` where that is longer.',
    ),
    message: timeout('30s', 'For the first MESSAGE. It has to be longer than the interval between messages.'),
    unsubscribe: timeout('10s', 'For the RECEIPT of an UNSUBSCRIBE.'),
    disconnect: timeout('10s', 'For the RECEIPT of a DISCONNECT, or a close 1000.'),
    close: timeout('5s', 'For the closing handshake and the end of the TCP connection.'),
    publish: timeout('10s', 'For the RECEIPT of a SEND.'),
    drain: timeout('10s', 'After the last SEND, for deliveries that are still on their way.'),
  },
  { description: 'What is not there in time is a failure of its phase.' },
);

interface Whole {
  readonly client: unknown;
  readonly connect?: { readonly permessageDeflate?: unknown; readonly localAddresses?: unknown };
}

/** Room for the command and the headers of a MESSAGE around its body. */
const FRAME_BYTES = 1024;

interface Sizes {
  readonly publish?: unknown;
  readonly limits?: { readonly messageBytes?: unknown };
}

/** Otherwise the run's own messages would come back as faults of the target. */
function refuseUnreadableSizes({ publish, limits }: Sizes, context: z.RefinementCtx): void {
  const messageBytes = limits?.messageBytes;
  if (!Array.isArray(publish) || typeof messageBytes !== 'number') return;
  for (const [index, entry] of (publish as readonly ({ readonly size?: unknown } | null)[]).entries()) {
    const bytes = entry?.size;
    if (typeof bytes !== 'number' || bytes + FRAME_BYTES <= messageBytes) continue;
    context.addIssue({
      code: 'custom',
      path: ['publish', index, 'size'],
      message: `with its headers it would be longer than limits.messageBytes (${sizeText(messageBytes)})`,
      params: { hint: 'write a smaller size, or raise limits.messageBytes' },
    });
  }
}

interface Addressed {
  readonly target?: unknown;
  readonly subscribe?: unknown;
}

interface Addressee {
  readonly destination?: unknown;
  readonly distribution?: unknown;
}

/** Every connection would only run into timeouts.subscribe or timeouts.message. */
function refuseEmbeddedWildcards({ target: where, subscribe }: Addressed, context: z.RefinementCtx): void {
  if (!isEmbedded(where) || !Array.isArray(subscribe)) return;
  for (const [index, entry] of (subscribe as readonly (Addressee | null)[]).entries()) {
    if (entry === null || !hasWildcards(entry)) continue;
    context.addIssue({
      code: 'custom',
      path: ['subscribe', index, 'destination'],
      message: 'the embedded broker has no wildcards',
      params: { hint: 'name each destination, or give a target of your own' },
    });
  }
}

function hasWildcards({ destination, distribution }: Addressee): boolean {
  if (distribution !== 'auto') return distribution === 'pattern';
  return typeof destination === 'string' && isPattern(destination);
}

function hasAddresses(localAddresses: unknown): boolean {
  return localAddresses === 'auto' || (Array.isArray(localAddresses) && localAddresses.length > 0);
}

/** Processes of the broker pass on what is sent to a topic; a queue would be one in each. */
function refuseSpreadQueues({ target: where, subscribe }: Addressed, context: z.RefinementCtx): void {
  if (!isEmbedded(where) || where.processes === 'auto' || where.processes === 1) return;
  if (!Array.isArray(subscribe)) return;
  for (const [index, entry] of (subscribe as readonly (Addressee | null)[]).entries()) {
    if (entry === null || !isOfQueue(entry)) continue;
    context.addIssue({
      code: 'custom',
      path: ['subscribe', index, 'destination'],
      message: 'an embedded broker of several processes has no queues',
      params: { hint: 'leave target.embedded.processes out, or subscribe to a topic' },
    });
  }
}

function isOfQueue({ destination, distribution }: Addressee): boolean {
  if (distribution !== 'auto') return distribution === 'queue';
  return typeof destination === 'string' && isQueue(destination);
}

/**
 * The one source of what a scenario may say: it checks, it carries the defaults in the notation of users, and the
 * JSON Schema and the reference are made from it (reference.ts).
 */
export const scenarioSchema = z
  .strictObject({
    name: text(
      { description: 'Names the run’s folder and report. Default: the name of the file.' },
      nameFault,
    ).optional(),
    target,
    client: choice(['native', 'stompjs'], {
      description:
        '`native`: stompede’s own wire path, for the most connections. `stompjs`: `@stomp/stompjs` over `ws`, what a browser user runs.',
    }).prefault('native'),
    stomp: stompSection,
    connect: connectSection,
    subscribe: subscribeList,
    publish: publishList,
    hold: duration(0, 7 * DAY_MS, {
      description:
        'How long all connections stay, from when the last arrival has settled to the first UNSUBSCRIBE.',
    }).prefault('10s'),
    disconnect: section(
      {
        rate: rateOrUnlimited({
          description: 'How many connections begin to leave each second; `unlimited` for all at once.',
        }).prefault('1000/s'),
      },
      { description: 'How the connections leave: UNSUBSCRIBE, DISCONNECT, close.' },
    ),
    timeouts: timeoutsSection,
    limits: section(
      {
        messageBytes: size(1024, 4 * MAX_SIZE_BYTES, {
          description: 'The longest message that is read; a longer one is a `protocol-error`.',
        }).prefault('4MB'),
      },
      { description: 'What a target may make this machine keep in memory, for each connection.' },
    ),
    workers: wholeNumberOrAuto(1, 256, { description: 'Worker threads in all.' }).prefault('auto'),
    processes: wholeNumberOrAuto(1, MAX_PROCESSES, {
      description: 'Processes that share the workers. `auto`: as many as the limit of open files asks for.',
    }).prefault('auto'),
    report: list(choice(REPORT_KINDS, { description: 'A kind of report.' }), ['html', 'json'], {
      description: 'Which reports are written: [reports.md](reports.md) has what is in each.',
      minItems: 1,
    }).check(refuseRepeated),
    thresholds: thresholdList,
  })
  .superRefine(refuseUnreadableSizes, { when: ({ value }) => typeof value === 'object' && value !== null })
  .superRefine(refuseEmbeddedWildcards, { when: ({ value }) => typeof value === 'object' && value !== null })
  .superRefine(refuseSpreadQueues, { when: ({ value }) => typeof value === 'object' && value !== null })
  .superRefine(
    ...rules<Whole>(
      {
        fails: ({ client, connect }) => client === 'native' && connect?.permessageDeflate === true,
        path: ['connect', 'permessageDeflate'],
        message: 'the native client offers no compression',
        hint: 'write client: stompjs, or leave permessageDeflate out',
      },
      {
        fails: ({ client, connect }) => client === 'stompjs' && hasAddresses(connect?.localAddresses),
        path: ['connect', 'localAddresses'],
        message: 'only the native client can choose where its connections start from',
        hint: 'write client: native, or leave localAddresses out',
      },
    ),
  );

/** A scenario as the schema gives it out: read, checked, with the defaults of single fields. */
export type Scenario = z.output<typeof scenarioSchema>;
