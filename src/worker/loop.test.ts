import { once } from 'node:events';
import net from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Dispatcher } from '../pacing/dispatcher.js';
import { TimerWheel, WheelEntry } from '../session/timer-wheel.js';
import { Loop } from './loop.js';

const SECOND_US = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const nowUs = (): number => performance.now() * 1000;

const NOBODY = { turn: 0, checking: () => undefined, checked: () => undefined };

function newLoop(tickAtUs = Infinity) {
  const ticker = {
    nextTickUs: tickAtUs,
    ticks: [] as number[],
    nextUs: () => ticker.nextTickUs,
    tick: (atUs: number) => {
      ticker.ticks.push(atUs);
      ticker.nextTickUs += SECOND_US;
    },
  };
  const wheel = new TimerWheel(nowUs());
  return { loop: new Loop(nowUs, wheel, ticker, NOBODY), wheel, ticker };
}

/** Notes when each is started. */
function everyMs(ms: number, count: number, startedMs: number[]): Dispatcher {
  const startUs = nowUs();
  return new Dispatcher(
    count,
    (k) => startUs + k * ms * 1000,
    () => {
      startedMs.push(performance.now());
      return true;
    },
  );
}

describe('Loop', () => {
  it('polls each dispatcher at the moments that it asks for, and never before', async () => {
    const { loop } = newLoop();
    const fast: number[] = [];
    const slow: number[] = [];
    loop.add(everyMs(30, 10, fast));
    loop.add(everyMs(100, 3, slow));
    const beginMs = performance.now();
    await vi.advanceTimersByTimeAsync(1000);
    loop.stop();
    for (const [ms, started, count] of [
      [30, fast, 10],
      [100, slow, 3],
    ] as const) {
      expect(started).toHaveLength(count);
      started.forEach((at, k) => {
        expect(at - beginMs).toBeGreaterThanOrEqual(k * ms);
        expect(at - beginMs).toBeLessThanOrEqual(k * ms + 2);
      });
    }
  });

  it('advances the wheel', async () => {
    const { loop, wheel } = newLoop();
    const woken = vi.fn();
    const entry = new (class extends WheelEntry {
      override onWheel = woken;
    })();
    wheel.arm(entry, nowUs() + 200_000);
    loop.wake();
    await vi.advanceTimersByTimeAsync(190);
    expect(woken).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(40);
    expect(woken).toHaveBeenCalledOnce();
    loop.stop();
  });

  it('ticks on absolute time, last in a turn', async () => {
    const { loop, ticker } = newLoop(nowUs() + SECOND_US);
    const order: string[] = [];
    const startUs = nowUs();
    loop.add(
      new Dispatcher(
        1,
        () => startUs + SECOND_US,
        () => order.push(`start after ${ticker.ticks.length} ticks`) > 0,
      ),
    );
    await vi.advanceTimersByTimeAsync(3100);
    loop.stop();
    expect(ticker.ticks).toHaveLength(3);
    expect(order).toEqual(['start after 0 ticks']);
  });

  it('offers again what could not be started, when it is woken', async () => {
    const { loop } = newLoop();
    let room = 0;
    const startedMs: number[] = [];
    loop.add(
      new Dispatcher(
        2,
        () => 0,
        () => room-- > 0 && startedMs.push(performance.now()) > 0,
      ),
    );
    await vi.advanceTimersByTimeAsync(100);
    expect(startedMs).toHaveLength(0);
    room = 1;
    loop.wake();
    loop.wake();
    await vi.advanceTimersByTimeAsync(1);
    expect(startedMs).toHaveLength(1);
    loop.stop();
  });

  it('drops what is finished or removed', async () => {
    const { loop } = newLoop();
    const removed: number[] = [];
    const dispatcher = everyMs(10, 100, removed);
    loop.add(dispatcher);
    await vi.advanceTimersByTimeAsync(25);
    loop.remove(dispatcher);
    await vi.advanceTimersByTimeAsync(100);
    expect(removed).toHaveLength(3);
    loop.stop();
  });

  it('leaves no timer behind when it is stopped, also from within a turn', async () => {
    const { loop } = newLoop();
    loop.add(
      new Dispatcher(
        1,
        () => 0,
        () => {
          loop.stop();
          return true;
        },
      ),
    );
    await vi.advanceTimersByTimeAsync(10);
    loop.wake();
    loop.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** Answers the first byte of its first peer; the second peer gets its answer when it is told to, and then it says so. */
const ANSWERING_SERVER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const peers = [];
  const server = require('node:net').createServer((peer) => {
    peers.push(peer);
    peer.on('error', () => undefined);
    peer.once('data', () => { if (peer === peers[0]) peer.write('first'); });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
  parentPort.on('message', () => peers[1].write('second', () => {
    Atomics.store(workerData, 0, 1);
    Atomics.notify(workerData, 0);
  }));
`;

describe('Loop, held up by the work of its own thread', () => {
  it('calls nothing late whose answer lies in the kernel', async () => {
    vi.useRealTimers();
    const answered = new Int32Array(new SharedArrayBuffer(4));
    const server = new Worker(ANSWERING_SERVER, { eval: true, workerData: answered });
    const [port] = (await once(server, 'message')) as [number];
    const first = net.connect(port, '127.0.0.1');
    await once(first, 'connect');
    first.write('x');
    const second = net.connect(port, '127.0.0.1');
    await once(second, 'connect');
    const { loop, wheel } = newLoop();
    const late = vi.fn();
    const entry = new (class extends WheelEntry {
      override onWheel = late;
    })();
    const heard = once(second, 'data').then(() => {
      wheel.disarm(entry);
    });
    first.on('data', () => {
      loop.wake();
      const dueUs = nowUs() + 50_000;
      wheel.arm(entry, dueUs);
      server.postMessage('answer the second');
      Atomics.wait(answered, 0, 0);
      while (nowUs() < dueUs + 50_000);
    });
    await heard;
    loop.stop();
    expect(late).not.toHaveBeenCalled();
    first.destroy();
    second.destroy();
    await server.terminate();
  });
});
