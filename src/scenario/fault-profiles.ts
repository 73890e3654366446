import type { FaultRule, FaultScope } from '../model/faults.js';

const ALWAYS: FaultScope = { share: 1, skip: 0, fromMs: 0, untilMs: null };

/**
 * How well-known servers behave where they are not what STOMP lets one expect; measured on RabbitMQ 3.10 and Spring
 * 4.3 (docs/faults.md). Their rules come before those of the file.
 */
export const FAULT_PROFILES = {
  /** The simple broker, without a task scheduler. */
  spring: [
    { ...ALWAYS, fault: 'heartbeat', sendMs: 0, receiveMs: 0 },
    { ...ALWAYS, fault: 'receipt-never', frames: ['SUBSCRIBE', 'UNSUBSCRIBE', 'SEND'] },
    { ...ALWAYS, fault: 'disconnect-errors', message: 'Session closed.', code: 1002 },
    { ...ALWAYS, fault: 'disconnect-stays' },
  ],
  rabbitmq: [
    { ...ALWAYS, fault: 'heartbeat', sendMs: 1000, receiveMs: 1000 },
    { ...ALWAYS, fault: 'disconnect-closes', code: 1000, reason: 'STOMP died' },
    { ...ALWAYS, fault: 'error-stays' },
    { ...ALWAYS, fault: 'idle-timeout', afterMs: 60_000 },
  ],
  /** server.tomcat.max-connections at its default. */
  'tomcat-full': [{ ...ALWAYS, fault: 'connection-limit', connections: 8192, then: 'hang' }],
} as const satisfies Readonly<Record<string, readonly FaultRule[]>>;

export type FaultProfile = keyof typeof FAULT_PROFILES;

export const FAULT_PROFILE_NAMES = Object.keys(FAULT_PROFILES) as readonly FaultProfile[];
