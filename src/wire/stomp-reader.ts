import { wireFault, type WireFault } from './fault.js';
import { StompAssembly } from './stomp-assembly.js';
import { FrameView, type StompFrame } from './stomp-frame.js';
import { BROKEN, INCOMPLETE, MAX_HEAD_BYTES, StompHead } from './stomp-head.js';
import type { StompVersion } from './stomp-version.js';

export { COMMAND } from './stomp-command.js';
export type { StompFrame } from './stomp-frame.js';
export type { StompVersion } from './stomp-version.js';

/** What a reader says. The reader may be stopped from within any of them. */
export interface StompSink {
  /** The frame and its bytes are only valid during the call. */
  onFrame(frame: StompFrame): void;
  /** A line end between frames; some servers also send one after each frame. */
  onHeartBeat(): void;
  /** The first broken rule, once; nothing is read after it. */
  onStompFault(fault: WireFault): void;
}

const NUL = 0;
const LF = 10;
const CR = 13;

/** Up to here a loop finds a NUL faster than a call does. */
const LOOP_BYTES = 128;

const head = new StompHead();
const view = new FrameView(head);

/**
 * Reads the frames of a server, STOMP 1.0 to 1.2, out of WebSocket messages: any number of frames in a
 * message, and a frame over any number of messages. A frame that lies whole in one message is read where it
 * lies; any other goes through a `StompAssembly`, which exists only as long as it is needed.
 */
export class StompReader {
  /**
   * What CONNECTED settled. It governs line ends and escapes from the next frame on; until then 1.2, the
   * widest.
   */
  version: StompVersion = '1.2';
  private readonly maxFrameBytes: number;
  private assembly: StompAssembly | null = null;
  private isAfterCr = false;
  private isStopped = false;

  /** @param maxFrameBytes the longest frame, from its command to its NUL. */
  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
  }

  push(bytes: Buffer, start: number, end: number, sink: StompSink): void {
    let at = start;
    while (at < end && !this.isStopped) {
      if (this.assembly !== null) {
        at = this.assemble(this.assembly, bytes, at, end, sink);
        continue;
      }
      const byte = bytes[at] ?? 0;
      if (byte === LF || byte === CR || this.isAfterCr) {
        this.readLineEnd(byte, sink);
        at++;
        continue;
      }
      at = this.readFrame(bytes, at, end, sink);
    }
  }

  /** Ignores the rest, of the present message too, and lets go of what is held. */
  stop(): void {
    this.isStopped = true;
    this.assembly = null;
  }

  private readLineEnd(byte: number, sink: StompSink): void {
    if (byte === LF) {
      this.isAfterCr = false;
      sink.onHeartBeat();
    } else if (this.isAfterCr) {
      this.fail(wireFault('stomp-eol', 'a CR without LF between frames'), sink);
    } else {
      this.isAfterCr = true;
    }
  }

  private readFrame(bytes: Buffer, at: number, end: number, sink: StompSink): number {
    const { version, maxFrameBytes } = this;
    const upTo = Math.min(end, at + maxFrameBytes);
    const bodyStart = head.read(bytes, at, Math.min(upTo, at + MAX_HEAD_BYTES), version);
    if (bodyStart === BROKEN && head.fault !== null) {
      this.fail(head.fault, sink);
      return end;
    }
    if (bodyStart !== INCOMPLETE) {
      const bodyEnd =
        head.contentLength === -1
          ? findNul(bytes, bodyStart, upTo)
          : Math.min(bodyStart + head.contentLength, upTo);
      if (bodyEnd < upTo && bytes[bodyEnd] === NUL) {
        view.show(bytes, bodyStart, bodyEnd, version);
        sink.onFrame(view);
        return bodyEnd + 1;
      }
    }
    // Unfinished, or wrong in its length: which of the two is for the assembly to say.
    this.assembly = new StompAssembly(maxFrameBytes, version, head);
    return at;
  }

  private assemble(assembly: StompAssembly, bytes: Buffer, at: number, end: number, sink: StompSink): number {
    const next = assembly.read(bytes, at, end);
    if (assembly.fault !== null) {
      this.fail(assembly.fault, sink);
    } else if (assembly.isComplete) {
      // Let go before the sink is called: what it does next must find this reader whole.
      this.assembly = null;
      view.show(assembly.bytes, assembly.bodyStart, assembly.bodyEnd, assembly.version);
      sink.onFrame(view);
    }
    return next;
  }

  private fail(fault: WireFault, sink: StompSink): void {
    this.stop();
    sink.onStompFault(fault);
  }
}

/** The offset of the first NUL, or `end`. */
function findNul(bytes: Buffer, start: number, end: number): number {
  const looped = Math.min(end, start + LOOP_BYTES);
  for (let at = start; at < looped; at++) {
    if (bytes[at] === NUL) return at;
  }
  if (looped === end) return end;
  // A view, for the search must not run on into what an earlier read left behind the end.
  const found = bytes.subarray(looped, end).indexOf(NUL);
  return found === -1 ? end : looped + found;
}
