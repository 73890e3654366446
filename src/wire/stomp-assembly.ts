import { quote, wireFault, type WireFault, type WireFaultCode } from './fault.js';
import { HeldBytes } from './held-bytes.js';
import { beginsCommand, LONGEST_COMMAND_BYTES } from './stomp-command.js';
import { MAX_HEAD_BYTES, type StompHead } from './stomp-head.js';
import type { StompVersion } from './stomp-version.js';

const NUL = 0;
const LF = 10;
const CR = 13;

/**
 * A frame that comes in portions. Every byte is copied once and every line is checked once, when it is
 * complete, so that a frame that comes byte by byte takes no more than linear time. Exists only while such a
 * frame is on its way.
 */
export class StompAssembly {
  /**
   * Set when `read` has the whole frame: its head has been read into the thread's StompHead, its offsets are
   * these.
   */
  isComplete = false;
  bodyStart = 0;
  bodyEnd = -1;
  fault: WireFault | null = null;
  readonly version: StompVersion;

  private readonly maxFrameBytes: number;
  private readonly maxHeadBytes: number;
  private readonly head: StompHead;
  private readonly held: HeldBytes;
  private lineStart = 0;
  private command = 0;
  private headerCount = 0;

  constructor(maxFrameBytes: number, version: StompVersion, head: StompHead) {
    this.maxFrameBytes = maxFrameBytes;
    this.maxHeadBytes = Math.min(MAX_HEAD_BYTES, maxFrameBytes);
    this.version = version;
    this.head = head;
    this.held = new HeldBytes(maxFrameBytes);
  }

  get bytes(): Buffer {
    return this.held.bytes;
  }

  /**
   * Reads up to the end of the range, of the frame or at the first fault, and returns the offset that it
   * reached.
   */
  read(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && !this.isComplete && this.fault === null) {
      if (this.bodyStart === 0) at = this.readLine(bytes, at, end);
      else at = this.bodyEnd === -1 ? this.readToNul(bytes, at, end) : this.readCounted(bytes, at, end);
    }
    return at;
  }

  private fail(code: WireFaultCode, message: string): void {
    this.fault = wireFault(code, message);
  }

  private readLine(bytes: Buffer, at: number, end: number): number {
    const room = this.maxHeadBytes - this.held.length;
    const upTo = this.appendThrough(LF, bytes, at, Math.min(end, at + room));
    const { length } = this.held;
    if (this.held.bytes[length - 1] === LF && length > this.lineStart) this.endLine(length - 1);
    else if (this.command === 0) this.checkCommandSoFar();
    if (this.fault === null && this.bodyStart === 0 && length === this.maxHeadBytes) {
      this.fail('stomp-too-large', `a frame with more than ${this.maxHeadBytes} bytes of headers`);
    }
    return upTo;
  }

  private endLine(lineEnd: number): void {
    const { head, held } = this;
    head.begin(this.version, this.command, this.headerCount);
    head.findLineEnd(held.bytes, this.lineStart, held.length);
    const isLast = head.readLine(held.bytes, this.lineStart, lineEnd);
    this.fault = head.fault;
    this.command = head.command;
    this.headerCount = head.count;
    this.lineStart = held.length;
    if (isLast) this.endHead();
  }

  /** What doesn't speak STOMP at all is told at once, and not after a line end that may never come. */
  private checkCommandSoFar(): void {
    const { bytes, length } = this.held;
    const end = this.version === '1.2' && bytes[length - 1] === CR ? length - 1 : length;
    if (end > LONGEST_COMMAND_BYTES || !beginsCommand(bytes, 0, end)) {
      this.fail('stomp-command', `${quote(bytes, 0, length)} does not begin a frame that a server sends`);
    }
  }

  private endHead(): void {
    const { head, held } = this;
    this.bodyStart = held.length;
    head.read(held.bytes, 0, held.length, this.version);
    this.fault = head.fault;
    if (head.contentLength === -1) return;
    this.bodyEnd = this.bodyStart + head.contentLength;
    if (this.bodyEnd >= this.maxFrameBytes) this.failTooLarge();
  }

  private readCounted(bytes: Buffer, at: number, end: number): number {
    const upTo = Math.min(end, at + this.bodyEnd + 1 - this.held.length);
    this.held.append(bytes, at, upTo);
    if (this.held.length > this.bodyEnd) {
      if (this.held.bytes[this.bodyEnd] === NUL) this.complete();
      else this.fail('stomp-nul', 'no NUL after the body that content-length announced');
    }
    return upTo;
  }

  private readToNul(bytes: Buffer, at: number, end: number): number {
    const room = this.maxFrameBytes - this.held.length;
    const upTo = this.appendThrough(NUL, bytes, at, Math.min(end, at + room));
    const { length } = this.held;
    if (length > this.bodyStart && this.held.bytes[length - 1] === NUL) {
      this.bodyEnd = length - 1;
      this.complete();
    } else if (length === this.maxFrameBytes) {
      this.failTooLarge();
    }
    return upTo;
  }

  private complete(): void {
    // Frames of other connections may have come in between: the thread's head is read again.
    this.head.read(this.held.bytes, 0, this.bodyStart, this.version);
    this.isComplete = true;
  }

  private failTooLarge(): void {
    this.fail('stomp-too-large', `a frame of more than ${this.maxFrameBytes} bytes`);
  }

  /** Appends up to and including the first such byte, or all. */
  private appendThrough(byte: number, bytes: Buffer, start: number, end: number): number {
    const found = bytes.subarray(start, end).indexOf(byte);
    const upTo = found === -1 ? end : start + found + 1;
    this.held.append(bytes, start, upTo);
    return upTo;
  }
}
