import { STAMP_BYTES } from '../model/plan.js';
import { parseTemplate, isTemplateProblem } from '../shared/template.js';
import { sizeText } from '../shared/units.js';
import { isEndless, MAX_DESTINATIONS } from './endless.js';
import { stompHeaders } from './headers.js';
import { rate, size, wholeNumber } from './quantities.js';
import { entry, list, rules } from './section.js';
import { choice, flag, frameSafe, template, text } from './texts.js';

export const DEFAULT_SIZE_BYTES = 200;
export const MAX_SIZE_BYTES = 16 * 1024 * 1024;
const MAX_PUBLISHERS = 100_000;

export const SUBSCRIBE_VARIABLES = ['index', 'run'] as const;
export const PUBLISH_VARIABLES = ['publisher', 'seq', 'run'] as const;
export const BODY_VARIABLES = ['publisher', 'seq', 'run', 'stamp'] as const;

const SUBSCRIBE_HEADERS = new Map([
  ['id', ''],
  ['receipt', 'confirm: receipt'],
  ['destination', 'destination'],
  ['ack', 'ack'],
]);
const SEND_HEADERS = new Map([
  ['destination', 'destination'],
  ['receipt', 'receipt: true'],
  ['content-type', 'contentType'],
  ['content-length', ''],
  ['transaction', ''],
]);

interface Subscription {
  readonly confirm: unknown;
  readonly awaitMessage: unknown;
}

const subscription = entry({
  destination: template(SUBSCRIBE_VARIABLES, {
    description:
      'Where to subscribe. `index` is the number of the connection, from 0; `run` the id of the run.',
  }),
  confirm: choice(['auto', 'receipt', 'message', 'none'], {
    description:
      'What proves that the subscription is live: a RECEIPT, the first MESSAGE, or nothing. `auto` asks for a receipt and takes whichever comes first.',
  }).prefault('auto'),
  awaitMessage: choice(['auto', 'true', 'false'], {
    description:
      'Whether each connection waits for a first MESSAGE here. `auto`: where the entries of `publish` reach all destinations of this entry.',
  }).prefault('auto'),
  ordered: flag({
    description:
      'Whether messages of one publisher have to come in the order in which it sent them: then one that comes after a later one is a miss. They are counted either way; Spring’s simple broker reorders by design.',
  }).prefault('false'),
  ack: choice(['auto', 'client', 'client-individual'], {
    description: 'The `ack` header. With the last two every MESSAGE is acknowledged with an ACK.',
  }).prefault('auto'),
  distribution: choice(['auto', 'topic', 'queue', 'pattern'], {
    description:
      'Who gets a message: with `topic` every subscriber, with `queue` one of them, even if it comes later. Expected deliveries are counted by it. With `pattern`, a destination with wildcards, what comes is timed and not accounted; the embedded broker has no wildcards. Spring’s simple broker gives `/queue/…` to every subscriber: write `topic` there. `auto`: `pattern` for wildcards, `queue` for `/queue/…` and `/amq/queue/…`, else `topic`.',
  }).prefault('auto'),
  headers: stompHeaders(SUBSCRIBE_HEADERS, { description: 'Further headers of the SUBSCRIBE frame.' }),
}).superRefine(
  ...rules<Subscription>({
    fails: (value) => value.confirm === 'message' && value.awaitMessage === 'false',
    path: ['awaitMessage'],
    message: 'confirm: message waits for a message by its nature',
    hint: 'leave awaitMessage out, or write confirm: receipt or none',
  }),
);

export const subscribeList = list(subscription, [], {
  description:
    'Every connection makes all of these subscriptions. Without any the cycle is connect, hold, disconnect.',
});

interface Publication {
  readonly destination?: unknown;
  readonly deliversTo?: unknown;
  readonly size?: unknown;
  readonly body?: unknown;
  readonly stamp: unknown;
}

const publication = entry({
  destination: template(PUBLISH_VARIABLES, {
    description:
      'Where to SEND. `publisher` is the number of the publisher within this entry and `seq` that of its message, both from 0; `run` is the id of the run.',
  }),
  deliversTo: template(PUBLISH_VARIABLES, {
    description:
      'The destination at which subscribers get it, where that is another one: behind a message handler (`/app/…` in Spring). Default: `destination`.',
  }).nullish(),
  publishers: wholeNumber(1, MAX_PUBLISHERS, {
    description:
      'Connections that publish this entry, in addition to `connect.connections`. They connect first, at `connect.rate`.',
  }).prefault('1'),
  rate: rate(
    {
      description:
        'Messages per second of all publishers of this entry together. An open loop, unless `receipt` is `sync`: it does not slow down when the target does.',
    },
    'leave the whole entry out to publish nothing',
  ).prefault('1/s'),
  size: size(1, MAX_SIZE_BYTES, {
    description: `Length of the body. \`${DEFAULT_SIZE_BYTES}B\` where there is no \`body\`. With the stamp in the body at least ${STAMP_BYTES}B.`,
  }).optional(),
  body: template(
    BODY_VARIABLES,
    {
      description:
        'The body, instead of `size`. `{{ stamp }}` is where the stamp goes; by default it is at the beginning, filled up to `size`.',
    },
    () => undefined,
  ).nullish(),
  contentType: text({ description: 'The `content-type` header.' }, frameSafe).prefault('text/plain'),
  stamp: choice(['body', 'header'], {
    description: `Where the ${STAMP_BYTES} bytes travel by which a delivery is recognised and timed. Some servers drop headers that they don’t know.`,
  }).prefault('body'),
  receipt: choice(['true', 'false', 'sync'], {
    description:
      'Ask for a RECEIPT for each SEND, and time it. With `sync` a publisher sends its next message only when that RECEIPT has come, or has taken longer than `timeouts.publish`: it slows down as the broker does, and how late messages are sent is in the latencies from due.',
  }).prefault('false'),
  headers: stompHeaders(SEND_HEADERS, { description: 'Further headers of the SEND frame.' }),
}).superRefine(
  ...rules<Publication>(
    {
      fails: ({ size: bytes, body, stamp }) =>
        typeof bytes === 'number' && typeof body !== 'string' && stamp === 'body' && bytes < STAMP_BYTES,
      path: ['size'],
      message: `the stamp alone has ${STAMP_BYTES} bytes`,
      hint: `write ${sizeText(STAMP_BYTES)} or more, or stamp: header`,
    },
    {
      fails: ({ body, stamp }) => typeof body === 'string' && stamp === 'body' && !hasStamp(body),
      path: ['body'],
      message: 'there is no place for the stamp in it',
      hint: 'write {{ stamp }} somewhere in the body, or stamp: header',
    },
    {
      fails: ({ size: bytes, body }) => typeof bytes === 'number' && typeof body === 'string',
      path: ['size'],
      message: 'the body decides the size',
      hint: 'keep one of size and body',
    },
    ...(['destination', 'deliversTo'] as const).map((key) => ({
      fails: ({ [key]: source }: Publication) =>
        typeof source === 'string' && isEndless(source, PUBLISH_VARIABLES),
      path: [key],
      message: `there is no end to the destinations of it: more than ${MAX_DESTINATIONS} for one publisher`,
      hint: 'write e.g. {{ seq % 1000 }}',
    })),
  ),
);

function hasStamp(body: string): boolean {
  const parsed = parseTemplate(body, BODY_VARIABLES);
  return isTemplateProblem(parsed) || parsed.variables.has('stamp');
}

export const publishList = list(publication, [], {
  description: 'What is published while connections are held.',
});
