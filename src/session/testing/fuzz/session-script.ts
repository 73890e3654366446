import { STAMP_BYTES } from '../../../model/plan.js';
import { destinationHash, writeStamp } from '../../stamp.js';
import { subscriptionId, type SubscriptionSpec } from '../../subscription.js';
import type { FuzzRandom } from './random.js';

/** What a server sends in a session, before it is put into WebSocket frames. */
export type Step = StompStep | ControlStep;

export interface StompStep {
  readonly type: 'stomp';
  readonly command: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** What ends its lines, and the whole of it. */
  readonly lineEnd: string;
  readonly end: string;
}

export interface ControlStep {
  readonly type: 'control';
  readonly opcode: number;
  readonly payload: Buffer;
}

export interface SessionScript {
  readonly subscriptions: readonly SubscriptionSpec[];
  /** What comes before the client is told to leave, and what after. */
  readonly steps: readonly Step[];
  readonly leaveAt: number;
}

/** How servers answer: RECEIPTs for all, Spring's for DISCONNECT only, RabbitMQ's close instead of that one. */
const DIALECTS = ['receipts', 'spring', 'rabbitmq'] as const;

/** A session in which nothing is wrong: a client of this plan goes through all of it, and is complete. */
export function sessionScript(random: FuzzRandom, run: number): SessionScript {
  const dialect = random.pick(DIALECTS);
  const version = random.pick(['1.2', '1.2', '1.1', '1.0']);
  const lineEnd = version === '1.2' && random.chance(0.3) ? '\r\n' : '\n';
  const frame = (command: string, headers: StompStep['headers'], body = ''): StompStep => ({
    type: 'stomp',
    command,
    headers,
    body: Buffer.from(body),
    lineEnd,
    end: '\0',
  });
  const confirms = dialect === 'spring' ? (['auto', 'message', 'none'] as const) : CONFIRMS;
  const subscriptions = Array.from({ length: 1 + random.below(2) }, (): SubscriptionSpec => ({
    destination: DESTINATION,
    destinationNumber: 0,
    confirm: random.pick(confirms),
    ack: random.pick(['auto', 'client', 'client-individual']),
    awaitMessage: true,
    ordered: random.chance(0.5),
    distribution: random.pick(['topic', 'queue', 'pattern']),
    headers: {},
  }));
  let seq = 0;
  const message = (i: number): StompStep => {
    const text = random.chance(0.8) ? stampText(run, seq++) : 'no stamp';
    const length: StompStep['headers'] = random.chance(0.5) ? [['content-length', String(text.length)]] : [];
    const id: StompStep['headers'] = [
      ['subscription', subscriptionId(i)],
      ['message-id', `m-${seq}`],
      ['destination', DESTINATION],
      ['ack', `a-${seq}`],
    ];
    return frame('MESSAGE', [...id, ...length], text);
  };
  const receipt = (id: string): StompStep => frame('RECEIPT', [['receipt-id', id]]);
  const receiptsOf = (prefix: string): StompStep[] =>
    dialect === 'spring' ? [] : subscriptions.map((_, i) => receipt(`${prefix}${i}`));
  const idle = (): Step[] =>
    Array.from({ length: random.below(4) }, () =>
      random.pick<() => Step>([
        () => message(random.below(subscriptions.length)),
        () => ({ ...frame('', []), end: lineEnd }),
        () => ({ type: 'control', opcode: random.pick([9, 10]), payload: random.bytes(random.below(20)) }),
      ])(),
    );
  const before = [
    frame('CONNECTED', [
      ['version', version],
      ['heart-beat', random.pick(['0,0', '10000,10000', '0,2000'])],
      ['server', 'Fuzz/1.0'],
    ]),
    ...receiptsOf('s'),
    ...subscriptions.map((_, i) => message(i)),
    ...idle(),
  ];
  const closing: ControlStep = { type: 'control', opcode: 8, payload: Buffer.of(0x03, 0xe8) };
  const after = [...idle(), ...receiptsOf('u'), ...(dialect === 'rabbitmq' ? [] : [receipt('bye')]), closing];
  return { subscriptions, steps: [...before, ...after], leaveAt: before.length };
}

const DESTINATION = '/topic/a';
const CONFIRMS = ['auto', 'receipt', 'message', 'none'] as const;

function stampText(run: number, seq: number): string {
  const stamp = Buffer.alloc(STAMP_BYTES);
  const destination = destinationHash(DESTINATION);
  writeStamp(stamp, 0, { run, publisher: 3, seq, sentUs: 1_000_000_000 + seq, lagUs: 12, destination });
  return stamp.toString('latin1');
}
