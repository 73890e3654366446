import { COMMAND } from './stomp-command.js';
import { escapeHeader, unescapeHeader } from './stomp-escape.js';
import { type StompHead, spells } from './stomp-head.js';
import type { StompVersion } from './stomp-version.js';

/** One frame of a server. One object serves all readers of a thread: it is valid only during the callback. */
export interface StompFrame {
  /** One of COMMAND. */
  readonly command: number;
  readonly bytes: Buffer;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /**
   * The first header of that name, decoded and unescaped as the version says. Bytes that aren't UTF-8 come as
   * U+FFFD.
   */
  header(name: string): string | undefined;
  /** The same, and `guess` itself where that is the value: no string is made for it. Name and guess are plain ASCII. */
  headerOr(guess: string, name: string): string | undefined;
}

/** Names that stand in a frame as they are: ASCII, and nothing that some version escapes. */
const PLAIN_NAME = /^[^\\:\r\n\x80-\uffff]*$/;

export class FrameView implements StompFrame {
  command = 0;
  bytes: Buffer = NO_BYTES;
  bodyStart = 0;
  bodyEnd = 0;
  private readonly head: StompHead;
  private version: StompVersion = '1.2';

  constructor(head: StompHead) {
    this.head = head;
  }

  /** Shows the frame whose head was read last. */
  show(bytes: Buffer, bodyStart: number, bodyEnd: number, version: StompVersion): void {
    this.command = this.head.command;
    this.bytes = bytes;
    this.bodyStart = bodyStart;
    this.bodyEnd = bodyEnd;
    this.version = version;
  }

  header(name: string): string | undefined {
    const { head, bytes } = this;
    const index = PLAIN_NAME.test(name) ? head.find(bytes, name) : head.find(bytes, this.rawName(name));
    if (index === -1) return undefined;
    const value = bytes.toString('utf8', head.nameEnd(index) + 1, head.valueEnd(index));
    return head.isEscaped(index) ? unescapeHeader(value) : value;
  }

  headerOr(guess: string, name: string): string | undefined {
    const { head, bytes } = this;
    const index = head.find(bytes, name);
    if (index === -1) return undefined;
    const start = head.nameEnd(index) + 1;
    const isGuess = head.valueEnd(index) - start === guess.length && !head.isEscaped(index);
    return isGuess && spells(bytes, start, guess) ? guess : this.header(name);
  }

  private rawName(name: string): Buffer {
    return Buffer.from(this.command === COMMAND.CONNECTED ? name : escapeHeader(name, this.version));
  }
}

const NO_BYTES = Buffer.alloc(0);
