/**
 * Moments that have to be put in order across workers before they can be counted: how many connections were open
 * at once, and how many subscriptions were live when a message was sent. An event is a time and a code; the code
 * holds the type and, for all but open and closed, the destination's number.
 *
 * A subscription goes from `asked` (SUBSCRIBE sent) over `live` (proven) and `ended` (UNSUBSCRIBE sent) to `gone`; it is
 * `severed` instead of ended where what was on its way to it can no longer be known. `cut` is of a publisher that failed:
 * one for each message of which it can't be known whether the server ever got it. docs/deliveries.md draws them.
 *
 * At equal times a smaller type comes first: a message sent at the very moment a subscription became live is
 * expected, one sent at the very moment it ended is not. Receivers decide by the same comparison.
 */
export const EVENT = {
  opened: 0,
  closed: 1,
  asked: 2,
  live: 3,
  ended: 4,
  severed: 5,
  gone: 6,
  sent: 7,
  cut: 8,
} as const;

export type EventType = (typeof EVENT)[keyof typeof EVENT];

const TYPE_BITS = 4;

export function eventType(code: number): EventType {
  return (code & ((1 << TYPE_BITS) - 1)) as EventType;
}

export function eventDestination(code: number): number {
  return code >>> TYPE_BITS;
}

/** The end of a worker that died, which no worker can tell of itself; its number stands in the destination's place. */
export const LOST_WORKER = 15;

export function eventCode(type: EventType | typeof LOST_WORKER, destination: number): number {
  return (destination << TYPE_BITS) | type;
}

/**
 * How many moments of sending an event of this type also has. `cut`: that of the message. `severed`: of what was sent
 * since the first, nothing came; of what was sent since the second, before or at the first, something may not have come.
 */
export function sincesOf(type: EventType): 0 | 1 | 2 {
  if (type === EVENT.severed) return 2;
  return type === EVENT.cut ? 1 : 0;
}

/** Events of one worker's interval, in the order in which they were added. */
export interface EventBatch {
  readonly atUs: Float64Array<ArrayBuffer>;
  readonly codes: Uint32Array<ArrayBuffer>;
  /** Of the events that have one, in the same order. */
  readonly sinceUs: Float64Array<ArrayBuffer>;
}

/** Growing arrays, emptied each interval. */
export class EventBuffer {
  #atUs = new Float64Array(256);
  #codes = new Uint32Array(256);
  #length = 0;
  #sinceUs: number[] = [];

  /** @param sinceUs for the types that have one; doubtUs for those that have a second */
  add(atUs: number, type: EventType, destination: number, sinceUs = 0, doubtUs = sinceUs): void {
    if (this.#length === this.#atUs.length) this.#grow();
    this.#atUs[this.#length] = atUs;
    this.#codes[this.#length] = eventCode(type, destination);
    this.#length++;
    const sinces = sincesOf(type);
    if (sinces > 0) this.#sinceUs.push(sinceUs);
    if (sinces > 1) this.#sinceUs.push(doubtUs);
  }

  take(): EventBatch {
    const batch = {
      atUs: this.#atUs.slice(0, this.#length),
      codes: this.#codes.slice(0, this.#length),
      sinceUs: Float64Array.from(this.#sinceUs),
    };
    this.#length = 0;
    this.#sinceUs = [];
    return batch;
  }

  #grow(): void {
    const atUs = new Float64Array(this.#atUs.length * 2);
    const codes = new Uint32Array(this.#codes.length * 2);
    atUs.set(this.#atUs);
    codes.set(this.#codes);
    this.#atUs = atUs;
    this.#codes = codes;
  }
}
