import { isUtf8 } from 'node:buffer';
import { EMPTY_BODY, type Dialect, type Frame } from './frame.js';
import { unescapeHeader } from './header-text.js';
import type { BrokerLimits } from './options.js';
import { quoted, Violation } from './violation.js';

const NUL = 0;
const LF = 10;
const CR = 13;
const COLON = 58;

type ReaderLimits = Pick<BrokerLimits, 'frameBytes' | 'headBytes' | 'headers'>;

interface Head {
  readonly command: string;
  readonly headers: ReadonlyMap<string, string>;
  /** Relative to the frame's first byte. */
  readonly bodyStart: number;
  readonly contentLength: number | undefined;
}

/**
 * Bytes in, frames out: STOMP 1.0 to 1.2, "Augmented BNF". A frame may come in any number of chunks and a chunk
 * may hold any number of frames; no byte is looked at more than a fixed number of times, however it is cut.
 */
export class FrameReader {
  /** May be changed between two frames: the CONNECT frame decides how the next one is read. */
  dialect: Dialect = 'connecting';
  readonly #limits: ReaderLimits;
  #bytes: Buffer = EMPTY_BODY;
  /** Where the unread bytes begin, how far they go, and how far they have been searched already. */
  #start = 0;
  #end = 0;
  #searched = 0;
  /** Whether #bytes is this reader's own, with room behind #end. */
  #own = false;
  #head: Head | undefined;

  constructor(limits: ReaderLimits) {
    this.#limits = limits;
  }

  /** Adds bytes. `next` must have answered undefined before; the chunk belongs to the reader from now on. */
  push(chunk: Buffer): void {
    const unread = this.#end - this.#start;
    if (unread === 0) {
      this.#use(chunk, chunk.length, false);
      return;
    }
    const needed = unread + chunk.length;
    if (!this.#own || this.#bytes.length - this.#end < chunk.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * unread, 256));
      this.#bytes.copy(larger, 0, this.#start, this.#end);
      const searched = this.#searched - this.#start;
      this.#use(larger, unread, true);
      this.#searched = searched;
    }
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }

  /** The next whole frame, or undefined when more bytes are needed. Throws a Violation; then nothing more can be read. */
  next(): Frame | undefined {
    if (this.#head === undefined) {
      this.#skipLineEnds();
      this.#head = this.#readHead();
    }
    const frame = this.#head === undefined ? undefined : this.#readBody(this.#head);
    if (frame === undefined && this.#end - this.#start > this.#limits.frameBytes) {
      throw new Violation(`frame longer than ${this.#limits.frameBytes} bytes`);
    }
    if (this.#start === this.#end) this.#use(EMPTY_BODY, 0, false);
    return frame;
  }

  #use(bytes: Buffer, end: number, own: boolean): void {
    this.#bytes = bytes;
    this.#start = 0;
    this.#searched = 0;
    this.#end = end;
    this.#own = own;
  }

  /** Line ends between frames are heart-beats. */
  #skipLineEnds(): void {
    while (this.#start < this.#end) {
      const byte = this.#bytes[this.#start];
      if (byte !== LF && byte !== CR) break;
      this.#start++;
    }
    if (this.#searched < this.#start) this.#searched = this.#start;
  }

  #readHead(): Head | undefined {
    const bytes = this.#bytes;
    const crIsLineEnd = this.dialect === '1.2' || this.dialect === 'connecting';
    let at = this.#searched;
    for (; at < this.#end; at++) {
      const byte = bytes[at];
      if (byte === NUL) throw new Violation('frame ended within its headers');
      if (byte !== LF) continue;
      const after = at + 1 < this.#end ? bytes[at + 1] : undefined;
      if (after === LF) return this.#parseHead(at, at + 2);
      if (after === CR && crIsLineEnd) {
        if (at + 2 >= this.#end) break;
        if (bytes[at + 2] === LF) return this.#parseHead(at, at + 3);
      }
      if (after === undefined) break;
    }
    this.#searched = at;
    if (at - this.#start > this.#limits.headBytes) throw this.#headTooLong();
    return undefined;
  }

  #parseHead(headEnd: number, bodyAt: number): Head {
    if (headEnd - this.#start > this.#limits.headBytes) throw this.#headTooLong();
    if (!isUtf8(this.#bytes.subarray(this.#start, headEnd))) throw new Violation('headers are not UTF-8');
    const headers = new Map<string, string>();
    let lineAt = this.#bytes.indexOf(LF, this.#start);
    const command = this.#text(this.#start, lineAt);
    let lines = 0;
    while (lineAt < headEnd) {
      const nextLineAt = this.#bytes.indexOf(LF, lineAt + 1);
      if (++lines > this.#limits.headers) throw new Violation(`more than ${this.#limits.headers} headers`);
      this.#parseHeader(lineAt + 1, nextLineAt, command, headers);
      lineAt = nextLineAt;
    }
    this.#searched = bodyAt;
    return { command, headers, bodyStart: bodyAt - this.#start, contentLength: this.#contentLength(headers) };
  }

  #parseHeader(from: number, to: number, command: string, headers: Map<string, string>): void {
    const colonAt = this.#bytes.indexOf(COLON, from);
    if (colonAt <= from || colonAt >= to) throw new Violation('header line without a name and a colon');
    // STOMP 1.2 leaves the handshake's own frames unescaped, whatever was agreed before.
    const dialect = command === 'CONNECT' || command === 'STOMP' ? 'connecting' : this.dialect;
    const name = unescapeHeader(this.#text(from, colonAt, false), dialect);
    if (headers.has(name)) return;
    const value = unescapeHeader(this.#text(colonAt + 1, to), dialect);
    headers.set(name, this.dialect === '1.0' ? value.trim() : value);
  }

  /** Each text is decoded from the bytes: a piece of a longer string would keep the whole of it alive. */
  #text(from: number, to: number, endsLine = true): string {
    const crIsLineEnd = this.dialect === '1.2' || this.dialect === 'connecting';
    const end = endsLine && crIsLineEnd && to > from && this.#bytes[to - 1] === CR ? to - 1 : to;
    return this.#bytes.toString('utf8', from, end);
  }

  #contentLength(headers: ReadonlyMap<string, string>): number | undefined {
    const text = headers.get('content-length');
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/.test(text)) throw new Violation(`content-length ${quoted(text)} is not a length`);
    const length = Number(text);
    if (length > this.#limits.frameBytes) {
      throw new Violation(`frame longer than ${this.#limits.frameBytes} bytes`);
    }
    return length;
  }

  #readBody(head: Head): Frame | undefined {
    const bodyAt = this.#start + head.bodyStart;
    let nulAt: number;
    if (head.contentLength === undefined) {
      const found = this.#bytes.subarray(0, this.#end).indexOf(NUL, this.#searched);
      if (found === -1) {
        this.#searched = this.#end;
        return undefined;
      }
      nulAt = found;
    } else {
      nulAt = bodyAt + head.contentLength;
      if (nulAt >= this.#end) return undefined;
      if (this.#bytes[nulAt] !== NUL) throw new Violation('no NUL where content-length ends the body');
    }
    if (nulAt + 1 - this.#start > this.#limits.frameBytes) {
      throw new Violation(`frame longer than ${this.#limits.frameBytes} bytes`);
    }
    const body = nulAt === bodyAt ? EMPTY_BODY : Buffer.from(this.#bytes.subarray(bodyAt, nulAt));
    this.#start = nulAt + 1;
    this.#searched = this.#start;
    this.#head = undefined;
    return { command: head.command, headers: head.headers, body };
  }

  #headTooLong(): Violation {
    return new Violation(`headers longer than ${this.#limits.headBytes} bytes`);
  }
}
