/** What two sides agree on, in milliseconds; 0 for none. */
export interface AgreedHeartbeat {
  readonly sendMs: number;
  readonly receiveMs: number;
}

/**
 * STOMP 1.2 "Heart-beating": each direction beats at the larger of what its sender can do and what its receiver
 * wants, unless either is 0. A CONNECTED without the header, or with a broken one, offers nothing.
 */
export function negotiateHeartbeat(own: AgreedHeartbeat, serverHeader: string | undefined): AgreedHeartbeat {
  const match = /^\s*(\d{1,9})\s*,\s*(\d{1,9})\s*$/.exec(serverHeader ?? '0,0');
  const serverSendsMs = Number(match?.[1] ?? 0);
  const serverWantsMs = Number(match?.[2] ?? 0);
  return {
    sendMs: agree(own.sendMs, serverWantsMs),
    receiveMs: agree(own.receiveMs, serverSendsMs),
  };
}

function agree(senderMs: number, receiverMs: number): number {
  return senderMs === 0 || receiverMs === 0 ? 0 : Math.max(senderMs, receiverMs);
}

/** Silence of this many agreed intervals is a missed heart-beat: the margin for transit that the specification asks for. */
const MISSED_AFTER_INTERVALS = 2.5;

/** We beat this much earlier than agreed, between the two, so that thousands of sessions don't beat together. */
const EARLIEST = 0.6;
const LATEST = 0.9;

/** The moments of one session's heart-beats; microseconds. Whoever owns the socket asks it. */
export class Heartbeat {
  readonly #sendUs: number;
  readonly #silenceUs: number;
  lastReadUs: number;
  lastWriteUs: number;

  /** `spread` from 0 to 1 places this session between the earliest and the latest moment to beat. */
  constructor(agreed: AgreedHeartbeat, nowUs: number, spread: number) {
    this.#sendUs = agreed.sendMs * 1000 * (EARLIEST + (LATEST - EARLIEST) * spread);
    this.#silenceUs = agreed.receiveMs * 1000 * MISSED_AFTER_INTERVALS;
    this.lastReadUs = nowUs;
    this.lastWriteUs = nowUs;
  }

  sendDue(nowUs: number): boolean {
    return this.#sendUs > 0 && nowUs - this.lastWriteUs >= this.#sendUs;
  }

  /** For how long the server has been silent, in milliseconds, if that is too long; else 0. */
  silentMs(nowUs: number): number {
    const silentUs = nowUs - this.lastReadUs;
    return this.#silenceUs > 0 && silentUs >= this.#silenceUs ? Math.round(silentUs / 1000) : 0;
  }

  /** When to look again; Infinity where nothing was agreed. */
  nextUs(): number {
    const sendUs = this.#sendUs > 0 ? this.lastWriteUs + this.#sendUs : Infinity;
    const silenceUs = this.#silenceUs > 0 ? this.lastReadUs + this.#silenceUs : Infinity;
    return Math.min(sendUs, silenceUs);
  }
}
