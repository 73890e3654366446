import net from 'node:net';
import { Resolver } from '../session/resolver.js';
import { messageOf, systemCode } from '../shared/errors.js';

/** What becomes of one TCP handshake. */
export type Knock =
  | { readonly ok: true; readonly us: number }
  | { readonly ok: false; readonly code: string; readonly message: string };

export type NamedAddresses =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The addresses of a name, best first; waits `timeoutMs` at most. */
export function addressesOf(host: string, timeoutMs: number, nowUs: () => number): Promise<NamedAddresses> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({ ok: false, code: 'ETIMEDOUT', message: `no answer within ${timeoutMs} ms` });
    }, timeoutMs);
    new Resolver(nowUs).resolve(host, (resolution) => {
      clearTimeout(timer);
      resolve(resolution);
    });
  });
}

/** Connects and leaves at once. */
export function knock(host: string, port: number, timeoutMs: number, nowUs: () => number): Promise<Knock> {
  return new Promise((resolve) => {
    const startUs = nowUs();
    const socket = net.connect({ host, port });
    const end = (result: Knock): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => {
      end({ ok: false, code: 'ETIMEDOUT', message: `no answer within ${timeoutMs} ms` });
    }, timeoutMs);
    socket.once('connect', () => {
      end({ ok: true, us: nowUs() - startUs });
    });
    socket.on('error', (error) => {
      end({ ok: false, code: systemCode(error) ?? 'UNKNOWN', message: messageOf(error) });
    });
  });
}

/** The median of several handshakes, one after the other, in microseconds; null: one of them failed. */
export async function medianKnockUs(times: number, once: () => Promise<Knock>): Promise<number | null> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) {
    const result = await once();
    if (!result.ok) return null;
    all.push(result.us);
  }
  return all.sort((a, b) => a - b)[Math.floor(times / 2)] ?? null;
}
