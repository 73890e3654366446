import { describe, expect, it } from 'vitest';
import type { FailureRow } from '../../model/result.js';
import type { Measured } from '../measured.js';
import { simulated } from '../testing/simulated-target.js';
import { loginRefused } from './login-refused.js';
import { messageTooBig, overloaded } from './said.js';

const BASE = simulated({ connections: 100 });

function row(changed: Partial<FailureRow>): FailureRow {
  return {
    phase: 'connect',
    kind: 'stomp-error',
    side: 'target',
    role: 'connection',
    count: 100,
    whileUnsound: 0,
    sample: '',
    code: null,
    ...changed,
  };
}

function after(...failures: FailureRow[]): Measured {
  return { ...BASE, failures };
}

describe('a refused login', () => {
  it.each<[string, Partial<FailureRow>]>([
    ['RabbitMQ’s', { sample: "Bad CONNECT: Access refused for user 'guest'" }],
    ['ActiveMQ’s', { sample: 'User name [guest] or password is invalid.' }],
    ['a virtual host', { sample: "Virtual host '/x' access denied" }],
    ['an application’s', { sample: 'Authentication failed' }],
    ['HTTP 401', { phase: 'upgrade', kind: 'upgrade-status', code: 401, sample: 'HTTP 401 Unauthorized' }],
    ['HTTP 403', { phase: 'upgrade', kind: 'upgrade-status', code: 403, sample: 'HTTP 403 Forbidden' }],
    ['a close that says so', { kind: 'closed', code: 3000, sample: 'closed, 3000' }],
    ['seconds in which we were not well', { sample: 'Access refused', whileUnsound: 100 }],
  ])('is told from %s words to all', (_, said) => {
    const [finding, ...others] = loginRefused(after(row(said)));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ kind: 'login-refused', severity: 'critical' });
    expect(finding?.evidence.text).toContain(said.sample);
    expect(finding?.evidence.values).toMatchObject({ connectionsRefused: 100, connectionsAttempted: 100 });
  });

  it.each<[string, Partial<FailureRow>]>([
    ['half of them', { sample: 'Access refused', count: 50 }],
    ['another ERROR', { sample: 'Broker is shutting down' }],
    ['an ERROR after it', { phase: 'subscribe', sample: 'Access refused to /topic/x' }],
    ['another status', { phase: 'upgrade', kind: 'upgrade-status', code: 404, sample: 'HTTP 404' }],
    ['publishers only', { role: 'publisher', sample: 'Access refused', count: 1 }],
  ])('is not told from %s', (_, said) => {
    expect(loginRefused(after(row(said)))).toEqual([]);
  });

  it('of a single connection is still what the target said', () => {
    const one = { ...BASE.connections, attempted: 1, unfinished: 0 };
    const measured = { ...after(row({ sample: 'Bad CONNECT', count: 1 })), connections: one };
    expect(loginRefused(measured)).toHaveLength(1);
  });

  it('is not told of a run without any attempt', () => {
    const none = { ...BASE.connections, attempted: 0, unfinished: 0 };
    expect(loginRefused({ ...after(), connections: none })).toEqual([]);
  });
});

describe('an overload', () => {
  it.each([
    'Failed to send message to ExecutorSubscribableChannel[clientInboundChannel]',
    'Executor [java.util.concurrent.ThreadPoolExecutor] did not accept task: TaskRejectedException',
    'queue is full',
    'the queue of /topic/a is full',
    'Resource limit exceeded: too many pending messages',
  ])('is told from: %s', (sample) => {
    const [finding] = overloaded(after(row({ phase: 'publish', role: 'publisher', sample, count: 1 })));
    expect(finding).toMatchObject({ kind: 'overloaded', evidence: { values: { clientsRefused: 1 } } });
    expect(finding?.evidence.text).toContain(sample);
  });

  it.each([
    'Access refused',
    'unknown destination',
    'Session closed.',
    'The message exceeds the maximum size',
  ])('is not told from: %s', (sample) => {
    expect(overloaded(after(row({ sample })))).toEqual([]);
  });
});

describe('a message that is too big', () => {
  it.each<[string, Partial<FailureRow>]>([
    [
      'close 1009',
      { phase: 'publish', role: 'publisher', kind: 'closed', code: 1009, sample: 'closed, 1009' },
    ],
    ['close 1009 while holding', { phase: 'hold', kind: 'closed-while-holding', code: 1009 }],
    [
      'an ERROR',
      {
        phase: 'publish',
        role: 'publisher',
        sample: 'The maximum number of bytes (65536) was exceeded: max frame size',
      },
    ],
  ])('is told from %s', (_, said) => {
    const [finding] = messageTooBig(after(row(said)));
    expect(finding).toMatchObject({ kind: 'message-too-big', evidence: { values: { largestBytes: 200 } } });
  });

  it.each<[string, Partial<FailureRow>]>([
    ['another close', { phase: 'hold', kind: 'closed-while-holding', code: 1006, sample: 'closed, 1006' }],
    [
      'a message too big for us',
      { phase: 'hold', kind: 'protocol-error', sample: 'too large: 9999999 bytes' },
    ],
    ['another ERROR', { sample: 'Access refused' }],
  ])('is not told from %s', (_, said) => {
    expect(messageTooBig(after(row(said)))).toEqual([]);
  });
});
