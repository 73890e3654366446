import { eventType } from './events.js';

const FIRST_LENGTH = 256;

/** See EventBatch for the moments; `worker` is whose event it is. */
export type EventListener = (
  atUs: number,
  code: number,
  sinceUs: number,
  doubtUs: number,
  worker: number,
) => void;

/**
 * Events that wait for their turn. Their fields stand in typed arrays: nothing is allocated for each, and an array that is of
 * one kind whatever comes lets V8 compile what reads it once.
 */
export class PendingEvents {
  #atUs = new Float64Array(FIRST_LENGTH);
  #codes = new Uint32Array(FIRST_LENGTH);
  #sinceUs = new Float64Array(FIRST_LENGTH);
  #doubtUs = new Float64Array(FIRST_LENGTH);
  #workers = new Int32Array(FIRST_LENGTH);
  #length = 0;
  #oldestUs = Infinity;

  add(atUs: number, code: number, sinceUs: number, doubtUs: number, worker: number): void {
    const at = this.#length;
    if (at === this.#atUs.length) this.#resize(at * 2);
    this.#atUs[at] = atUs;
    this.#codes[at] = code;
    this.#sinceUs[at] = sinceUs;
    this.#doubtUs[at] = doubtUs;
    this.#workers[at] = worker;
    this.#length = at + 1;
    if (atUs < this.#oldestUs) this.#oldestUs = atUs;
  }

  /** Tells of those before `untilUs`, in the order of time and of EVENT, and forgets them. */
  takeBefore(untilUs: number, tell: EventListener): void {
    // While one worker is waited for, the others' events pile up and every word of them comes by here.
    if (this.#oldestUs >= untilUs) return;
    const due = this.#inOrder(untilUs);
    for (const i of due) {
      tell(
        this.#atUs[i] ?? 0,
        this.#codes[i] ?? 0,
        this.#sinceUs[i] ?? 0,
        this.#doubtUs[i] ?? 0,
        this.#workers[i] ?? 0,
      );
    }
    this.#keepFrom(untilUs);
  }

  #inOrder(untilUs: number): Uint32Array {
    const atUs = this.#atUs;
    const codes = this.#codes;
    const due = new Uint32Array(this.#length);
    let count = 0;
    for (let i = 0; i < this.#length; i++) if ((atUs[i] ?? 0) < untilUs) due[count++] = i;
    return due
      .subarray(0, count)
      .sort(
        (a, b) =>
          (atUs[a] ?? 0) - (atUs[b] ?? 0) || eventType(codes[a] ?? 0) - eventType(codes[b] ?? 0) || a - b,
      );
  }

  #keepFrom(untilUs: number): void {
    let kept = 0;
    let oldestUs = Infinity;
    for (let i = 0; i < this.#length; i++) {
      const us = this.#atUs[i] ?? 0;
      if (us < untilUs) continue;
      if (us < oldestUs) oldestUs = us;
      this.#atUs[kept] = us;
      this.#codes[kept] = this.#codes[i] ?? 0;
      this.#sinceUs[kept] = this.#sinceUs[i] ?? 0;
      this.#doubtUs[kept] = this.#doubtUs[i] ?? 0;
      this.#workers[kept] = this.#workers[i] ?? 0;
      kept++;
    }
    this.#length = kept;
    this.#oldestUs = oldestUs;
    const enough = Math.max(FIRST_LENGTH, kept * 2);
    // What a worker piled up that was waited for long is given back.
    if (this.#atUs.length > enough * 4) this.#resize(enough);
  }

  #resize(length: number): void {
    this.#atUs = resized(this.#atUs, new Float64Array(length), this.#length);
    this.#codes = resized(this.#codes, new Uint32Array(length), this.#length);
    this.#sinceUs = resized(this.#sinceUs, new Float64Array(length), this.#length);
    this.#doubtUs = resized(this.#doubtUs, new Float64Array(length), this.#length);
    this.#workers = resized(this.#workers, new Int32Array(length), this.#length);
  }
}

function resized<T extends Float64Array | Uint32Array | Int32Array>(from: T, to: T, length: number): T {
  to.set(from.subarray(0, length));
  return to;
}
