import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressText } from '../shared/ip-address.js';
import { type PlaceRange, type Source, SourcePorts } from './source-ports.js';

const ALL: PlaceRange = { target: null, kind: '4-loopback', from: 0, to: 0 };

function sourcePorts(addresses: readonly string[], ports: readonly [number, number], start = 0): SourcePorts {
  const to = addresses.length * (ports[1] - ports[0] + 1);
  return new SourcePorts({ addresses, ports: [ports], ranges: [{ ...ALL, to }] }, () => start);
}

const textOf = (source: Source | null): string | null =>
  source === null ? null : addressText(source.address, source.port);

const anyStart = fc.double({ min: 0, max: 0.999, noNaN: true });

describe('source addresses and ports', () => {
  it('are each in use once at a time for a target, and all of them can be', () => {
    const places = 3 * 7;
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 80 }), anyStart, (takes, start) => {
        const ports = sourcePorts(['127.0.0.2', '127.0.0.3', '127.0.0.4'], [500, 506], start);
        const held: Source[] = [];
        for (const take of takes) {
          if (!take) {
            held.shift()?.release();
            continue;
          }
          const source = ports.take('127.0.0.1', 80);
          expect(source === null).toBe(held.length === places);
          if (source === null) continue;
          expect(held.map(textOf)).not.toContain(textOf(source));
          held.push(source);
        }
      }),
    );
  });

  it('come in turn: all addresses, then the next port', () => {
    const ports = sourcePorts(['127.0.0.2', '127.0.0.3'], [500, 509]);
    const taken = Array.from({ length: 4 }, () => textOf(ports.take('127.0.0.1', 80)));
    expect(taken).toEqual(['127.0.0.2:500', '127.0.0.3:500', '127.0.0.2:501', '127.0.0.3:501']);
  });

  it('are none of those that lie between the ranges', () => {
    const ranges = [{ ...ALL, to: 8 }];
    const share = {
      addresses: ['127.0.0.2', '127.0.0.3'],
      ports: [[500, 501] as const, [504, 505] as const],
      ranges,
    };
    const ports = new SourcePorts(share, () => 0);
    const taken = Array.from({ length: 8 }, () => ports.take('127.0.0.1', 80)?.port);
    expect(taken).toEqual([500, 500, 501, 501, 504, 504, 505, 505]);
    expect(ports.take('127.0.0.1', 80)).toBeNull();
  });

  it('go round the whole range before one comes again, so that what is in TIME_WAIT is left alone', () => {
    fc.assert(
      fc.property(anyStart, (start) => {
        const ports = sourcePorts(['127.0.0.2', '127.0.0.3'], [500, 549], start);
        const round = new Set<string | null>();
        for (let n = 0; n < 100; n++) {
          const source = ports.take('127.0.0.1', 80);
          source?.release();
          round.add(textOf(source));
        }
        expect(round.size).toBe(100);
      }),
    );
  });

  it('serve each target by themselves', () => {
    const ports = sourcePorts(['127.0.0.2'], [500, 500]);
    expect(textOf(ports.take('127.0.0.1', 80))).toBe('127.0.0.2:500');
    expect(textOf(ports.take('127.0.0.1', 81))).toBe('127.0.0.2:500');
    expect(ports.take('127.0.0.1', 80)).toBeNull();
  });

  it('never have a connection from the target to itself', () => {
    const ports = sourcePorts(['127.0.0.1'], [500, 501]);
    expect(textOf(ports.take('127.0.0.1', 500))).toBe('127.0.0.1:501');
    expect(ports.take('127.0.0.1', 500)).toBeNull();
  });

  it('have none for a target that no range is for, which those that were given are at fault for', () => {
    const ports = sourcePorts(['127.0.0.2'], [500, 501]);
    expect(ports.take('192.0.2.1', 80)).toBeNull();
    expect(ports.want('192.0.2.1', 80)).toContain('no address that goes with 192.0.2.1');
  });

  it('that were looked for leave it to the kernel where none was found, and not where all are in use', () => {
    const ranges = [{ ...ALL, to: 1 }];
    const ports = new SourcePorts(
      { addresses: ['127.0.0.2'], ports: [[500, 500]], ranges },
      () => 0,
      'kernel',
    );
    expect(ports.take('192.0.2.1', 80)).toBeNull();
    expect(ports.want('192.0.2.1', 80)).toBeNull();
    expect(ports.take('127.0.0.1', 80)).not.toBeNull();
    expect(ports.take('127.0.0.1', 80)).toBeNull();
    expect(ports.want('127.0.0.1', 80)).toContain('in use');
  });

  it('are forgotten of targets that nobody is connected to any more, and of those only', () => {
    const ports = sourcePorts(['127.0.0.2'], [500, 500]);
    const first = ports.take('127.0.1.1', 1);
    for (let port = 1; port < 5000; port++) ports.take('127.0.1.2', port)?.release();
    expect(ports.take('127.0.1.1', 1)).toBeNull();
    first?.release();
    expect(textOf(ports.take('127.0.1.1', 1))).toBe('127.0.0.2:500');
  });
});
