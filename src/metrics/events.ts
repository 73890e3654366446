/**
 * Moments that have to be put in order across workers before they can be counted: how many connections were open
 * at once, and how many subscriptions were live when a message was sent. An event is a time and a code; the code
 * holds the type and, for all but open and closed, the destination's number.
 *
 * At equal times a smaller type comes first: a message sent at the very moment a subscription became live is
 * expected, one sent at the very moment it ended is not. Receivers decide by the same comparison.
 */
export const EVENT = { opened: 0, closed: 1, live: 2, ended: 3, sent: 4 } as const;

export type EventType = (typeof EVENT)[keyof typeof EVENT];

const TYPE_BITS = 3;

export function eventType(code: number): EventType {
  return (code & ((1 << TYPE_BITS) - 1)) as EventType;
}

export function eventDestination(code: number): number {
  return code >>> TYPE_BITS;
}

export function eventCode(type: EventType, destination: number): number {
  return (destination << TYPE_BITS) | type;
}

/** Events of one worker's interval, in the order in which they were added. */
export interface EventBatch {
  readonly atUs: Float64Array<ArrayBuffer>;
  readonly codes: Uint32Array<ArrayBuffer>;
}

/** A growing pair of arrays, emptied each interval. */
export class EventBuffer {
  #atUs = new Float64Array(256);
  #codes = new Uint32Array(256);
  #length = 0;

  add(atUs: number, type: EventType, destination: number): void {
    if (this.#length === this.#atUs.length) this.#grow();
    this.#atUs[this.#length] = atUs;
    this.#codes[this.#length] = eventCode(type, destination);
    this.#length++;
  }

  take(): EventBatch {
    const batch = { atUs: this.#atUs.slice(0, this.#length), codes: this.#codes.slice(0, this.#length) };
    this.#length = 0;
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
