import { quote, wireFault, type WireFault, type WireFaultCode } from './fault.js';
import { COMMAND, commandAt } from './stomp-command.js';
import { isWellEscaped } from './stomp-escape.js';
import type { StompVersion } from './stomp-version.js';

/** Of command and header lines together. */
export const MAX_HEAD_BYTES = 16 * 1024;
export const MAX_HEADERS = 256;

/** What `StompHead.read` returns instead of an offset. */
export const INCOMPLETE = 0;
export const BROKEN = -1;

const LF = 10;
const CR = 13;
const COLON = 58;
const BACKSLASH = 92;

/**
 * Which bytes of a line the scan must stop for: one table look-up instead of four comparisons for each byte.
 */
const IS_SPECIAL = new Uint8Array(256);
for (const byte of [LF, CR, COLON, BACKSLASH]) IS_SPECIAL[byte] = 1;

const CONTENT_LENGTH = Buffer.from('content-length');
const MAX_LENGTH_DIGITS = 15;

/** Of one header: where its name begins, its colon, where its value ends, whether a backslash is in it. */
const FIELDS = 4;

/**
 * The head of one frame, from its command to its empty line, as offsets: no string is made before somebody
 * asks for a header. One such object serves all readers of a thread, so nothing in it outlives the next
 * frame.
 *
 * Lines end in LF; in STOMP 1.2 in CR LF too, where a CR elsewhere is a fault. In 1.0 and 1.1 a CR is an
 * octet like others. The first colon ends the name, and colons in values are let through in every version:
 * servers send them.
 */
export class StompHead {
  command = 0;
  count = 0;
  /** After the empty line. -1: no content-length. */
  contentLength = -1;
  fault: WireFault | null = null;
  private readonly fields = new Int32Array(MAX_HEADERS * FIELDS);
  private version: StompVersion = '1.2';
  private colon = -1;
  private hasBackslash = false;
  private hasCr = false;
  private lengthHeader = -1;

  /** Begins a frame, or goes on with one of which `count` headers have been checked. */
  begin(version: StompVersion, command = 0, count = 0): void {
    this.version = version;
    this.command = command;
    this.count = count;
    this.contentLength = -1;
    this.lengthHeader = -1;
    this.fault = null;
  }

  /**
   * Reads a whole head; the offset of the body, or INCOMPLETE when there is no empty line before `end`, or
   * BROKEN.
   */
  read(bytes: Buffer, start: number, end: number, version: StompVersion): number {
    this.begin(version);
    let at = start;
    for (;;) {
      const lineEnd = this.findLineEnd(bytes, at, end);
      if (lineEnd === -1) return INCOMPLETE;
      const isEnd = this.readLine(bytes, at, lineEnd);
      if (this.fault !== null) return BROKEN;
      at = lineEnd + 1;
      if (isEnd) return at;
    }
  }

  /** The offset of the next LF, or -1. */
  findLineEnd(bytes: Buffer, start: number, end: number): number {
    this.colon = -1;
    this.hasBackslash = false;
    this.hasCr = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (IS_SPECIAL[byte] === 0) continue;
      if (byte === LF) return at;
      if (byte === BACKSLASH) this.hasBackslash = true;
      else if (byte === CR) this.hasCr = true;
      else if (this.colon === -1) this.colon = at;
    }
    return -1;
  }

  /**
   * Takes the line that `findLineEnd` has just gone through. Whether it was the empty one; `fault` tells what
   * is wrong.
   */
  readLine(bytes: Buffer, start: number, lineEnd: number): boolean {
    const isCrLf = this.hasCr && this.version === '1.2' && bytes[lineEnd - 1] === CR;
    const end = isCrLf ? lineEnd - 1 : lineEnd;
    if (this.command === 0) {
      this.command = commandAt(bytes, start, end);
      if (this.command === 0) {
        this.fail('stomp-command', `${quote(bytes, start, end)} is not a frame that a server sends`);
      }
      return false;
    }
    if (end === start) {
      if (this.lengthHeader !== -1) this.readContentLength(bytes);
      return true;
    }
    if (this.acceptHeader(bytes, start, end)) this.store(bytes, start, end);
    return false;
  }

  /**
   * The index of the first header whose raw name is these bytes or ASCII characters, or -1: the first one
   * counts (STOMP 1.2 "Repeated Header Entries").
   */
  find(bytes: Buffer, name: string | Buffer): number {
    for (let index = 0; index < this.count; index++) {
      const start = this.nameStart(index);
      const length = this.nameEnd(index) - start;
      if (length !== name.length) continue;
      const isSame = typeof name === 'string' ? spells(bytes, start, name) : equals(bytes, start, name);
      if (isSame) return index;
    }
    return -1;
  }

  nameStart(index: number): number {
    return this.fields[index * FIELDS] ?? 0;
  }

  nameEnd(index: number): number {
    return this.fields[index * FIELDS + 1] ?? 0;
  }

  valueEnd(index: number): number {
    return this.fields[index * FIELDS + 2] ?? 0;
  }

  /**
   * Whether the value has to be unescaped; CONNECTED is not, "to remain backwards compatible with STOMP 1.0".
   */
  isEscaped(index: number): boolean {
    return this.fields[index * FIELDS + 3] === 1;
  }

  private fail(code: WireFaultCode, message: string): void {
    this.fault = wireFault(code, message);
  }

  private acceptHeader(bytes: Buffer, start: number, end: number): boolean {
    if (this.colon <= start) {
      const problem = this.colon === -1 ? 'without a colon' : 'without a name';
      this.fail('stomp-header', `a header line ${problem}: ${quote(bytes, start, end)}`);
    } else if (this.hasCr && this.version === '1.2' && includesCr(bytes, start, end)) {
      this.fail('stomp-header', `a CR inside the header ${quote(bytes, start, this.colon)}`);
    } else if (this.count === MAX_HEADERS) {
      this.fail('stomp-too-large', `a frame with more than ${MAX_HEADERS} headers`);
    } else if (this.hasBackslash && this.hasEscapes() && !this.isLineWellEscaped(bytes, start, end)) {
      this.fail('stomp-escape', `an undefined escape in the header ${quote(bytes, start, this.colon)}`);
    }
    return this.fault === null;
  }

  private store(bytes: Buffer, start: number, end: number): void {
    const field = this.count * FIELDS;
    this.fields[field] = start;
    this.fields[field + 1] = this.colon;
    this.fields[field + 2] = end;
    this.fields[field + 3] = this.hasBackslash && this.hasEscapes() ? 1 : 0;
    if (this.colon - start === CONTENT_LENGTH.length && this.lengthHeader === -1) {
      if (equals(bytes, start, CONTENT_LENGTH)) this.lengthHeader = this.count;
    }
    this.count++;
  }

  private hasEscapes(): boolean {
    return this.version !== '1.0' && this.command !== COMMAND.CONNECTED;
  }

  private isLineWellEscaped(bytes: Buffer, start: number, end: number): boolean {
    return (
      isWellEscaped(bytes, start, this.colon, this.version) &&
      isWellEscaped(bytes, this.colon + 1, end, this.version)
    );
  }

  private readContentLength(bytes: Buffer): void {
    const start = this.nameEnd(this.lengthHeader) + 1;
    const end = this.valueEnd(this.lengthHeader);
    let length = 0;
    let isNumber = end > start && end - start <= MAX_LENGTH_DIGITS;
    for (let at = start; at < end && isNumber; at++) {
      const digit = (bytes[at] ?? 0) - 48;
      if (digit < 0 || digit > 9) isNumber = false;
      length = length * 10 + digit;
    }
    if (isNumber) this.contentLength = length;
    else this.fail('stomp-content-length', `content-length is ${quote(bytes, start, end)}`);
  }
}

function includesCr(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] === CR) return true;
  }
  return false;
}

/** Whether the bytes from an offset on are these ASCII characters. */
export function spells(bytes: Buffer, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (bytes[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

function equals(bytes: Buffer, start: number, other: Buffer): boolean {
  for (let i = 0; i < other.length; i++) {
    if (bytes[start + i] !== other[i]) return false;
  }
  return true;
}
