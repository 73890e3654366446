import { beforeEach, describe, expect, it } from 'vitest';
import { ExpectBeat, SendBeat, type Beating } from './heartbeats.js';
import { TimerWheel } from './timer-wheel.js';

const TICK_MS = 50;

class Peer implements Beating {
  lastReceivedMs = 0;
  lastSentMs = 0;
  readonly beatsMs: number[] = [];
  silentMs: number | undefined;
  readonly #wheel: TimerWheel;

  constructor(wheel: TimerWheel) {
    this.#wheel = wheel;
  }

  beat(): void {
    this.lastSentMs = this.#wheel.nowMs;
    this.beatsMs.push(this.lastSentMs);
  }

  silent(): void {
    this.silentMs ??= this.#wheel.nowMs;
  }
}

let wheel: TimerWheel;
let peer: Peer;

function run(fromMs: number, toMs: number, each: (nowMs: number) => void = () => undefined): void {
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += TICK_MS) {
    each(nowMs);
    wheel.advance(nowMs);
  }
}

beforeEach(() => {
  wheel = new TimerWheel(TICK_MS, 0);
  peer = new Peer(wheel);
});

describe('SendBeat', () => {
  it('never leaves more than the interval between two sendings', () => {
    new SendBeat(wheel, peer, 1000);
    run(TICK_MS, 10_000);
    const gaps = peer.beatsMs.map((atMs, index) => atMs - (peer.beatsMs[index - 1] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000);
    expect(gaps.length).toBeLessThanOrEqual(12);
  });

  it('sends nothing while other frames keep the connection busy', () => {
    new SendBeat(wheel, peer, 1000);
    run(TICK_MS, 10_000, (nowMs) => {
      if (nowMs % 500 === 0) peer.lastSentMs = nowMs;
    });
    expect(peer.beatsMs).toEqual([]);
  });
});

describe('ExpectBeat', () => {
  it('gives a client up that is silent for two and a half intervals, within three', () => {
    new ExpectBeat(wheel, peer, 1000);
    run(TICK_MS, 10_000);
    expect(peer.silentMs).toBeGreaterThanOrEqual(2500);
    expect(peer.silentMs).toBeLessThanOrEqual(3000);
  });

  it('keeps a client that is heard from every two intervals', () => {
    new ExpectBeat(wheel, peer, 1000);
    run(TICK_MS, 20_000, (nowMs) => {
      if (nowMs % 2000 === 0) peer.lastReceivedMs = nowMs;
    });
    expect(peer.silentMs).toBeUndefined();
  });

  it('does not blame the client for a pause of its own process', () => {
    new ExpectBeat(wheel, peer, 1000);
    wheel.advance(60_000);
    peer.lastReceivedMs = 60_000; // What had arrived meanwhile is read only now.
    run(60_000 + TICK_MS, 62_000);
    expect(peer.silentMs).toBeUndefined();
  });
});
