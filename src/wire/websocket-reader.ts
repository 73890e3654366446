import type { WireFault } from './fault.js';
import { WebSocketAssembly } from './websocket-assembly.js';
import { OPCODE } from './opcode.js';
import { isUtf8Range } from './utf8.js';

/**
 * What a reader says. Bytes are only valid during the call; the reader may be stopped from within any of
 * them.
 */
export interface WebSocketSink {
  /** A whole message, text (checked to be UTF-8) or binary. */
  onMessage(bytes: Buffer, start: number, end: number): void;
  onPing(bytes: Buffer, start: number, end: number): void;
  onPong(bytes: Buffer, start: number, end: number): void;
  /** 1005: the frame had no code. Nothing is read after it (RFC 6455 section 5.5.1). */
  onClose(code: number, reason: string): void;
  /** The first broken rule, once; nothing is read after it. */
  onFault(fault: WireFault): void;
}

const FINAL = 0x80;

/**
 * Reads what a server sends after the upgrade (RFC 6455 section 5). A whole data message in one frame inside
 * one read, which is nearly every one, goes to the sink where it lies; all else goes through a
 * `WebSocketAssembly`, which knows all the rules and exists only as long as it is needed: an idle connection
 * holds no buffer.
 */
export class WebSocketReader {
  private readonly maxMessageBytes: number;
  private assembly: WebSocketAssembly | null = null;
  private isStopped = false;

  /**
   * @param maxMessageBytes the longest message, over all its fragments; a longer one is a fault when it is
   * announced.
   */
  constructor(maxMessageBytes: number) {
    this.maxMessageBytes = maxMessageBytes;
  }

  push(bytes: Buffer, start: number, end: number, sink: WebSocketSink): void {
    let at = start;
    while (at < end && !this.isStopped) {
      if (this.assembly === null) {
        const payload = this.wholeMessageAt(bytes, at, end);
        if (payload !== 0) {
          at = payload + payloadLengthAt(bytes, at);
          sink.onMessage(bytes, payload, at);
          continue;
        }
        this.assembly = new WebSocketAssembly(this.maxMessageBytes);
      }
      at = this.assemble(this.assembly, bytes, at, end, sink);
    }
  }

  /** Ignores the rest, of the present chunk too, and lets go of what is held. */
  stop(): void {
    this.isStopped = true;
    this.assembly = null;
  }

  /**
   * The offset of the payload if a final, unmasked data frame of acceptable length and content lies whole in
   * the range; else 0. It only recognises what is good: what is wrong with the others is for the assembly to
   * say.
   */
  private wholeMessageAt(bytes: Buffer, at: number, end: number): number {
    if (end - at < 2) return 0;
    const first = bytes[at] ?? 0;
    const isText = first === (FINAL | OPCODE.text);
    if (!isText && first !== (FINAL | OPCODE.binary)) return 0;
    const short = bytes[at + 1] ?? 0;
    if (short > 126 || (short === 126 && end - at < 4)) return 0;
    const length = payloadLengthAt(bytes, at);
    if (short === 126 && length < 126) return 0;
    const payload = at + (short === 126 ? 4 : 2);
    if (length > end - payload || length > this.maxMessageBytes) return 0;
    return isText && !isUtf8Range(bytes, payload, payload + length) ? 0 : payload;
  }

  private assemble(
    assembly: WebSocketAssembly,
    bytes: Buffer,
    at: number,
    end: number,
    sink: WebSocketSink,
  ): number {
    const next = assembly.read(bytes, at, end);
    // Let go before the sink is called: what it does next must find this reader whole.
    if (assembly.isEmpty) this.assembly = null;
    const { event, payload, fault } = assembly;
    if (event === 'message') sink.onMessage(payload, 0, payload.length);
    else if (event === 'ping') sink.onPing(payload, 0, payload.length);
    else if (event === 'pong') sink.onPong(payload, 0, payload.length);
    else if (event === 'close') {
      this.stop();
      sink.onClose(assembly.closeCode, payload.toString('utf8'));
    } else if (fault !== null) {
      this.stop();
      sink.onFault(fault);
    }
    return next;
  }
}

/** Of a frame in the 7-bit or 16-bit form whose head is complete. */
function payloadLengthAt(bytes: Buffer, at: number): number {
  const short = bytes[at + 1] ?? 0;
  return short < 126 ? short : ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}
