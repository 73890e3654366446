import { wireFault, type WireFault, type WireFaultCode } from './fault.js';
import { HeldBytes } from './held-bytes.js';
import { isCloseCode, OPCODE } from './opcode.js';
import { isUtf8Range } from './utf8.js';

/** What a call of `WebSocketAssembly.read` came to: `none` when the bytes ran out first. */
type AssemblyEvent = 'none' | 'message' | 'ping' | 'pong' | 'close' | 'fault';

const LONGEST_HEAD_BYTES = 10;
const MAX_CONTROL_BYTES = 125;
const TWO_TO_32 = 2 ** 32;

/**
 * RFC 6455 section 5.2 in full, for frames that come from a server: any opcode, any fragmentation, bytes in
 * any portions. An object of this kind exists only while a connection is in the middle of a frame or of a
 * fragmented message.
 */
export class WebSocketAssembly {
  /** What the last `read` ended with. */
  event: AssemblyEvent = 'none';
  /** The payload of a message, ping or pong; the reason of a close. */
  payload: Buffer = NO_BYTES;
  /** Of a close frame; 1005 when it had none. */
  closeCode = 0;
  fault: WireFault | null = null;

  private readonly maxMessageBytes: number;
  private readonly head = new HeldBytes(LONGEST_HEAD_BYTES);
  /** 0 once the head of the current frame is complete. */
  private headBytesNeeded = 2;
  private opcode = 0;
  private isFinal = false;
  /** Payload bytes of the current frame that have not come yet. */
  private remaining = 0;
  /** Of the data message that has begun and not ended; 0 when there is none. */
  private messageOpcode = 0;
  private message: HeldBytes;
  private control: HeldBytes | null = null;

  constructor(maxMessageBytes: number) {
    this.maxMessageBytes = maxMessageBytes;
    this.message = new HeldBytes(maxMessageBytes);
  }

  /** Whether nothing of a frame or message is held: the object can be dropped. */
  get isEmpty(): boolean {
    return this.messageOpcode === 0 && this.head.length === 0;
  }

  /** Reads up to the end of the range or the first event, and returns the offset that it reached. */
  read(bytes: Buffer, start: number, end: number): number {
    this.event = 'none';
    let at = start;
    while (at < end && !this.hasEvent()) {
      at = this.headBytesNeeded > 0 ? this.readHead(bytes, at, end) : this.readPayload(bytes, at, end);
    }
    return at;
  }

  private hasEvent(): boolean {
    return this.event !== 'none';
  }

  private readHead(bytes: Buffer, at: number, end: number): number {
    const upTo = Math.min(end, at + this.headBytesNeeded - this.head.length);
    this.head.append(bytes, at, upTo);
    if (this.head.length === this.headBytesNeeded) this.judgeHead(this.head.bytes);
    return upTo;
  }

  private readPayload(bytes: Buffer, at: number, end: number): number {
    const upTo = Math.min(end, at + this.remaining);
    (this.control ?? this.message).append(bytes, at, upTo);
    this.remaining -= upTo - at;
    if (this.remaining === 0) this.endFrame();
    return upTo;
  }

  private fail(code: WireFaultCode, message: string): void {
    this.event = 'fault';
    this.fault = wireFault(code, message);
  }

  /**
   * Called when as many bytes of the head are there as were known to be needed: 2, then perhaps 2 or 8 more.
   */
  private judgeHead(head: Buffer): void {
    if (this.headBytesNeeded > 2) {
      this.readExtendedLength(head);
    } else if (this.acceptFirstBytes(head[0] ?? 0, head[1] ?? 0)) {
      const length = (head[1] ?? 0) & 0x7f;
      if (length < 126) this.beginPayload(length);
      else this.headBytesNeeded = length === 126 ? 4 : LONGEST_HEAD_BYTES;
    }
  }

  private acceptFirstBytes(first: number, second: number): boolean {
    this.isFinal = (first & 0x80) !== 0;
    this.opcode = first & 0x0f;
    if ((first & 0x70) !== 0) {
      this.fail('ws-reserved-bits', 'a reserved bit is set, though no extension was agreed');
    } else if (this.opcode >= OPCODE.close && this.opcode <= OPCODE.pong) {
      this.checkControl(second);
    } else if (this.opcode > OPCODE.binary) {
      this.fail('ws-opcode', `opcode ${this.opcode} is reserved`);
    } else if ((this.opcode === OPCODE.continuation) !== (this.messageOpcode !== 0)) {
      this.fail(
        'ws-continuation',
        this.messageOpcode === 0
          ? 'a continuation frame without a message that it continues'
          : 'a new message inside a fragmented one',
      );
    }
    if (this.fault === null && (second & 0x80) !== 0) {
      this.fail('ws-masked', 'a frame of the server is masked');
    }
    return this.fault === null;
  }

  private checkControl(second: number): void {
    const length = second & 0x7f;
    if (!this.isFinal) {
      this.fail('ws-control-fragmented', `a fragmented control frame, opcode ${this.opcode}`);
    } else if (length > MAX_CONTROL_BYTES) {
      this.fail('ws-control-too-long', 'a control frame of more than 125 bytes');
    } else if (this.opcode === OPCODE.close && length === 1) {
      this.fail('ws-close-code', 'a close frame with one byte of payload');
    }
  }

  private readExtendedLength(head: Buffer): void {
    const high = this.head.length === 4 ? 0 : head.readUInt32BE(2);
    const low = this.head.length === 4 ? head.readUInt16BE(2) : head.readUInt32BE(6);
    const length = high * TWO_TO_32 + low;
    if (high >= 0x80000000) this.fail('ws-length', 'the highest bit of a 64-bit length is set');
    else if (length < (this.head.length === 4 ? 126 : 65_536)) {
      this.fail('ws-length', `${length} bytes announced in a longer form than needed`);
    } else this.beginPayload(length);
  }

  private beginPayload(length: number): void {
    this.headBytesNeeded = 0;
    this.remaining = length;
    if (this.opcode >= OPCODE.close) {
      this.control = new HeldBytes(MAX_CONTROL_BYTES);
    } else {
      if (this.opcode !== OPCODE.continuation) this.messageOpcode = this.opcode;
      const total = this.message.length + length;
      if (total > this.maxMessageBytes) {
        this.fail(
          'ws-too-large',
          `a message of ${total} bytes or more; the limit is ${this.maxMessageBytes}`,
        );
        return;
      }
    }
    if (length === 0) this.endFrame();
  }

  private endFrame(): void {
    this.head.length = 0;
    this.headBytesNeeded = 2;
    if (this.control !== null) {
      const control = this.control;
      this.control = null;
      this.endControl(control);
    } else if (this.isFinal) {
      const message = this.message;
      this.message = new HeldBytes(this.maxMessageBytes);
      const isText = this.messageOpcode === OPCODE.text;
      this.messageOpcode = 0;
      if (isText && !isUtf8Range(message.bytes, 0, message.length)) {
        this.fail('ws-utf8', 'a text message is not UTF-8');
      } else {
        this.emit('message', message, 0);
      }
    }
  }

  private endControl(control: HeldBytes): void {
    if (this.opcode === OPCODE.ping) this.emit('ping', control, 0);
    else if (this.opcode === OPCODE.pong) this.emit('pong', control, 0);
    else if (control.length === 0) {
      this.closeCode = 1005;
      this.emit('close', control, 0);
    } else {
      this.closeCode = control.bytes.readUInt16BE(0);
      if (!isCloseCode(this.closeCode)) {
        this.fail('ws-close-code', `close code ${this.closeCode} may not be sent`);
      } else if (!isUtf8Range(control.bytes, 2, control.length)) {
        this.fail('ws-utf8', 'the reason of a close frame is not UTF-8');
      } else this.emit('close', control, 2);
    }
  }

  private emit(event: AssemblyEvent, held: HeldBytes, from: number): void {
    this.event = event;
    this.payload = held.bytes.subarray(from, held.length);
  }
}

const NO_BYTES = Buffer.alloc(0);
