import { describe, expect, it } from 'vitest';
import { GAUGES } from '../metrics/testing/snapshots.js';
import type { AddressRow } from '../model/result.js';
import { Connection } from './connection.js';
import { parseEndpoint } from './endpoint.js';
import type { TransportListener } from './transport.js';
import { SimulatedHost } from './testing/simulated-host.js';

const REFUSED = { type: 'system', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' } as const;
const NOTHING = { attempted: 0, opened: 0, complete: 0, failed: 0 };

function opening(): { host: SimulatedHost; connection: Connection; listener: TransportListener } {
  const host = new SimulatedHost();
  const connection = new Connection(host, parseEndpoint('ws://example.com/'), 0, host.nowUs(), []);
  connection.start();
  return { host, connection, listener: host.transport.listener };
}

const takenFrom = (host: SimulatedHost) => host.recorder.take(host.nowUs(), GAUGES).addresses;

const row = (address: string, counted: Partial<AddressRow>): AddressRow => ({
  ...NOTHING,
  ...counted,
  address,
});

describe('the address of a connection', () => {
  it('has its failure when the next one is tried, which has how it ends', () => {
    const { host, listener } = opening();
    listener.onAddress('[2001:db8::1]:80', null, false);
    listener.onAddress('192.0.2.1:80', null, false);
    listener.onPhase('upgrade', host.nowUs());
    listener.onOpened(host.nowUs());
    listener.onFact(REFUSED, host.nowUs());
    expect(takenFrom(host).targets).toEqual([
      row('[2001:db8::1]:80', { attempted: 1, failed: 1 }),
      row('192.0.2.1:80', { attempted: 1, opened: 1, failed: 1 }),
    ]);
  });

  it('is not the one that nobody has seen anything of', () => {
    const { host, connection, listener } = opening();
    listener.onAddress('example.com:80', null, true);
    listener.onAddress('192.0.2.1:80', '198.51.100.1', true);
    listener.onAddress('192.0.2.1:80', '198.51.100.2', true);
    connection.abandon();
    expect(takenFrom(host)).toEqual({
      targets: [row('example.com:80', {}), row('192.0.2.1:80', { attempted: 1 })],
      sources: [row('198.51.100.1', {}), row('198.51.100.2', { attempted: 1 })],
    });
  });
});

describe('what this machine failed at by itself', () => {
  it.each(['EADDRNOTAVAIL', 'EMFILE', 'ENOBUFS'])('is no failure of the target address: %s', (code) => {
    const { host, listener } = opening();
    listener.onAddress('192.0.2.1:80', '198.51.100.1', true);
    listener.onPhase('tcp', host.nowUs());
    listener.onFact({ type: 'system', code, message: code }, host.nowUs());
    expect(takenFrom(host)).toEqual({
      targets: [row('192.0.2.1:80', { attempted: 1 })],
      sources: [row('198.51.100.1', { attempted: 1, failed: 1 })],
    });
  });

  it('after another address had refused is nothing at all of the address that has seen nothing of it', () => {
    const { host, listener } = opening();
    listener.onAddress('192.0.2.1:80', null, true);
    listener.onAddress('[2001:db8::1]:80', null, false);
    listener.onPhase('tcp', host.nowUs());
    listener.onFact({ ...REFUSED, ofEarlierAddress: true }, host.nowUs());
    expect(takenFrom(host).targets).toEqual([
      row('192.0.2.1:80', { attempted: 1, failed: 1 }),
      row('[2001:db8::1]:80', {}),
    ]);
  });
});

describe('the TCP phase', () => {
  it('is timed from the last local port that was tried, and its time from due on not', () => {
    const { host, listener } = opening();
    listener.onPhase('tcp', host.nowUs());
    host.nowUsValue += 5000;
    listener.onPhase('tcp', host.nowUs());
    host.nowUsValue += 2000;
    listener.onPhase('upgrade', host.nowUs());
    expect(host.measured().sumUs).toMatchObject({ tcp: 2000, 'due.tcp': 7000 });
  });

  it('has its whole time to end once more', () => {
    const { host, connection, listener } = opening();
    listener.onPhase('tcp', host.nowUs());
    host.pass(1500);
    listener.onPhase('tcp', host.nowUs());
    host.pass(1500);
    expect(connection.ended).toBe(false);
    host.pass(1000);
    expect(connection.ended).toBe(true);
  });
});
