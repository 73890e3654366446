import type { z } from 'zod';
import type { FaultName, FaultRule, FaultScope } from '../model/faults.js';
import {
  after,
  closeCode,
  closeReason,
  howLong,
  limitAction,
  message,
  ofDeliveries,
  receiptFrames,
} from './fault-fields.js';
import { scopeOf, WHOM_SHAPE, WINDOW_SHAPE, type WrittenScope } from './fault-scope.js';
import { duration, rate, size, wholeNumber } from './quantities.js';
import { entry, rules } from './section.js';
import { choice, flag, text } from './texts.js';

const HOUR_MS = 3_600_000;
const MAX_COUNT = 10_000_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** One fault as it is written in YAML. */
export interface FaultForm {
  readonly keys: readonly string[];
  readonly schema: z.ZodType<FaultRule>;
}

type RuleOf<Name extends FaultName> = Extract<FaultRule, { readonly fault: Name }>;
/** What a form makes of its own keys, besides whom and when it concerns. */
type Made<Name extends FaultName> = Omit<RuleOf<Name>, keyof FaultScope | 'fault'>;
type Read<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

const NAME = { fault: text({ description: 'Which fault.' }) };

/** A fault of single connections. */
function form<Name extends FaultName, Shape extends z.ZodRawShape>(
  fault: Name,
  shape: Shape,
  make: (fields: Read<Shape>) => Made<Name>,
): FaultForm {
  return formOf(fault, { ...NAME, ...WHOM_SHAPE, ...WINDOW_SHAPE, ...shape }, make);
}

/** A fault of the whole broker: no connection is spared. */
function wholeForm<Name extends FaultName, Shape extends z.ZodRawShape>(
  fault: Name,
  shape: Shape,
  make: (fields: Read<Shape>) => Made<Name>,
): FaultForm {
  return formOf(fault, { ...NAME, ...WINDOW_SHAPE, ...shape }, make);
}

function formOf(fault: FaultName, shape: z.ZodRawShape, make: (fields: never) => object): FaultForm {
  const schema = entry(shape)
    .superRefine(
      ...rules<{ readonly from?: unknown; readonly until?: unknown }>({
        fails: ({ from, until }) => typeof until === 'number' && typeof from === 'number' && until <= from,
        path: ['until'],
        message: 'this window ends before it begins',
        hint: 'write a later until, or leave it out',
      }),
    )
    .transform((read) => {
      const rule = { fault, ...scopeOf(read as unknown as WrittenScope), ...make(read as never) };
      return rule as unknown as FaultRule;
    });
  return { keys: Object.keys(shape), schema };
}

const nothing = (): object => ({});

/** Every fault, in the order of a connection's life. docs/faults.md has a section for each. */
export const FAULT_FORMS: Readonly<Record<FaultName, FaultForm>> = {
  refuse: wholeForm('refuse', {}, nothing),
  'reset-on-accept': form('reset-on-accept', {}, nothing),
  'never-upgrade': form('never-upgrade', {}, nothing),
  'upgrade-status': form(
    'upgrade-status',
    { status: wholeNumber(300, 599, { description: 'The HTTP status.' }) },
    ({ status }) => ({ status }),
  ),
  'upgrade-delay': form('upgrade-delay', { delay: howLong }, ({ delay }) => ({ delay })),
  'wrong-accept-key': form('wrong-accept-key', {}, nothing),
  subprotocol: form(
    'subprotocol',
    {
      answer: choice(['none', 'wrong'], {
        description: '`none`: no Sec-WebSocket-Protocol in the answer. `wrong`: one that was not offered.',
      }),
    },
    ({ answer }) => ({ answer }),
  ),
  'connection-limit': form(
    'connection-limit',
    {
      connections: wholeNumber(0, MAX_COUNT, { description: 'How many may be open at once.' }),
      then: limitAction.prefault('hang'),
    },
    ({ connections, then }) => ({ connections, then }),
  ),
  'connect-rate-limit': form(
    'connect-rate-limit',
    {
      rate: rate({ description: 'How many are let in, within any one second.' }),
      then: limitAction.prefault('hang'),
    },
    ({ rate: perSec, then }) => ({ perSec, then }),
  ),
  'connected-delay': form('connected-delay', { delay: howLong }, ({ delay }) => ({ delay })),
  'connected-never': form('connected-never', {}, nothing),
  'connect-error': form(
    'connect-error',
    {
      message: message('Access refused'),
      close: flag({ description: 'Whether the connection is closed after it, with 1008.' }).prefault('true'),
    },
    (fields) => ({ message: fields.message, close: fields.close }),
  ),
  'receipt-delay': form('receipt-delay', { frames: receiptFrames, delay: howLong }, ({ frames, delay }) => ({
    frames,
    delay,
  })),
  'receipt-never': form('receipt-never', { frames: receiptFrames }, ({ frames }) => ({ frames })),
  'disconnect-closes': form(
    'disconnect-closes',
    { code: closeCode('1000'), reason: closeReason('STOMP died') },
    ({ code, reason }) => ({ code, reason }),
  ),
  'disconnect-errors': form(
    'disconnect-errors',
    { message: message('Session closed.'), code: closeCode('1002') },
    (fields) => ({ message: fields.message, code: fields.code }),
  ),
  'disconnect-stays': form('disconnect-stays', {}, nothing),
  'error-stays': form('error-stays', {}, nothing),
  heartbeat: form(
    'heartbeat',
    {
      send: duration(0, HOUR_MS, { description: 'How often it can send one; `0` for never.' }),
      receive: duration(0, HOUR_MS, { description: 'How often it wants to get one; `0` for never.' }),
    },
    ({ send, receive }) => ({ sendMs: send, receiveMs: receive }),
  ),
  'message-delay': form(
    'message-delay',
    { delay: howLong, ofDeliveries: ofDeliveries.prefault('100%') },
    (fields) => ({ delay: fields.delay, ofDeliveries: fields.ofDeliveries }),
  ),
  'message-drop': form('message-drop', { ofDeliveries }, (fields) => ({ ofDeliveries: fields.ofDeliveries })),
  'message-duplicate': form('message-duplicate', { ofDeliveries }, (fields) => ({
    ofDeliveries: fields.ofDeliveries,
  })),
  'message-reorder': form('message-reorder', { ofDeliveries }, (fields) => ({
    ofDeliveries: fields.ofDeliveries,
  })),
  'message-corrupt': form(
    'message-corrupt',
    {
      what: choice(['body', 'frame'], {
        description: '`body`: bytes of the body are changed. `frame`: the WebSocket frame itself is broken.',
      }).prefault('body'),
      ofDeliveries,
    },
    (fields) => ({ what: fields.what, ofDeliveries: fields.ofDeliveries }),
  ),
  'message-oversize': form(
    'message-oversize',
    { size: size(1, MAX_BYTES, { description: 'How long its body is instead.' }), ofDeliveries },
    (fields) => ({ bytes: fields.size, ofDeliveries: fields.ofDeliveries }),
  ),
  'message-misroute': form('message-misroute', { ofDeliveries }, (fields) => ({
    ofDeliveries: fields.ofDeliveries,
  })),
  stall: wholeForm(
    'stall',
    { for: duration(1, HOUR_MS, { description: 'How long everything stands still.' }) },
    (fields) => ({ forMs: fields.for }),
  ),
  die: wholeForm(
    'die',
    {
      connections: wholeNumber(1, MAX_COUNT, { description: 'With that many connections open.' }).optional(),
      messages: wholeNumber(1, MAX_COUNT, { description: 'With that many messages waiting.' }).optional(),
    },
    ({ connections, messages }) => ({ connections: connections ?? null, messages: messages ?? null }),
  ),
  close: form('close', { after, code: closeCode('1001'), reason: closeReason('') }, (fields) => ({
    afterMs: fields.after,
    code: fields.code,
    reason: fields.reason,
  })),
  reset: form('reset', { after }, (fields) => ({ afterMs: fields.after })),
  silence: form('silence', { after }, (fields) => ({ afterMs: fields.after })),
  'heartbeats-stop': form('heartbeats-stop', { after }, (fields) => ({ afterMs: fields.after })),
  'idle-timeout': form(
    'idle-timeout',
    { after: duration(1, HOUR_MS, { description: 'How long a client may send nothing.' }) },
    (fields) => ({ afterMs: fields.after }),
  ),
  'slow-drain': wholeForm(
    'slow-drain',
    {
      rate: rate({ description: 'Deliveries a second, all together.' }),
      maxWaiting: wholeNumber(1, MAX_COUNT, {
        description: 'How many may wait; without it as many as come.',
      }).optional(),
      then: choice(['drop', 'error', 'die'], {
        description:
          'What happens beyond `maxWaiting`: they are dropped, or the SEND gets an ERROR, or the broker dies.',
      }).prefault('drop'),
    },
    ({ rate: deliveriesPerSec, maxWaiting, then }) => ({
      deliveriesPerSec,
      maxWaiting: maxWaiting ?? null,
      then,
    }),
  ),
  keep: form(
    'keep',
    {
      what: choice(['sockets', 'memory'], {
        description: 'What the end of a connection does not give back.',
      }),
      size: size(1, MAX_BYTES, { description: 'How much memory for each.' }).prefault('64KB'),
    },
    (fields) => ({ what: fields.what, bytes: fields.size }),
  ),
};

export const FAULT_NAMES = Object.keys(FAULT_FORMS) as readonly FaultName[];
