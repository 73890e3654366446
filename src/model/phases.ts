/**
 * The phases of one connection's cycle, in their order. `tcp` is RFC 9293's handshake, `upgrade` the opening
 * handshake of RFC 6455 §4, `connect` to `disconnect` are frames of STOMP 1.2, `close` is RFC 6455 §7 and the
 * end of the TCP connection.
 */
export const PHASES = [
  'dns',
  'tcp',
  'tls',
  'upgrade',
  'connect',
  'subscribe',
  'message',
  'unsubscribe',
  'disconnect',
  'close',
] as const;

export type Phase = (typeof PHASES)[number];

/** Where something can fail: a phase of the cycle, the hold between `message` and `unsubscribe`, or publishing. */
export const STAGES = [...PHASES, 'hold', 'publish'] as const;

export type Stage = (typeof STAGES)[number];

/**
 * Every latency that is recorded, each in an HDR histogram of microseconds.
 * `due.*`: from the moment the schedule asked for it (coordinated omission shows here); the others: from the
 * moment it was started. `read.delay` is the instrument's own (model/result.ts, readDelayUs). `drop.*`: how old a held
 * connection was that the other side ended, since its upgrade and since it last sent anything itself.
 */
export const LATENCIES = [
  ...PHASES,
  'due.dns',
  'due.tcp',
  'lag.arrival',
  'lag.publish',
  'publish.receipt',
  'delivery',
  'due.delivery',
  'read.delay',
  'drop.age',
  'drop.idle',
] as const;

export type Latency = (typeof LATENCIES)[number];
