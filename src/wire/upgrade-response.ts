import { quote, wireFault, type WireFault } from './fault.js';
import { HeldBytes } from './held-bytes.js';

export interface UpgradeResponse {
  readonly status: number;
  readonly reason: string;
  /**
   * Names in lower case; repeated fields joined with ", " (RFC 9110 section 5.3). Values are what the target
   * sent.
   */
  readonly headers: ReadonlyMap<string, string>;
  /**
   * How many bytes of the chunk given to the last push belong to the head; what follows is WebSocket data.
   */
  readonly consumed: number;
}

/** Of all heads together, interim ones included. */
const MAX_HEAD_BYTES = 16 * 1024;

const NUL = 0;
const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const ZERO = 48;
const NINE = 57;

/** What every answer begins with (RFC 9112 section 4); `d` is a digit, and `1` one from 1 to 9. */
const STATUS_LINE_SHAPE = 'HTTP/1.d 1dd';

/**
 * Reads the head of an HTTP/1.x answer from chunks of any size; one object for each attempt. 1xx answers
 * other than 101 (RFC 9110 section 15.2) are skipped. A lone LF ends a line, as RFC 9112 section 2.2 allows;
 * a lone CR is a fault.
 */
export class HandshakeReader {
  private held: HeldBytes | null = null;
  private totalBytes = 0;
  /** Of the current head. */
  private headBytes = 0;
  private lineBytes = 0;
  private afterCr = false;

  /**
   * The final answer, a fault, or undefined while more bytes are needed. Nothing is pushed after the first
   * two.
   */
  push(bytes: Buffer, start: number, end: number): UpgradeResponse | WireFault | undefined {
    let headStart = start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      const problem = this.problemWith(byte);
      if (problem !== undefined) return problem;
      if (!this.endsHead(byte)) continue;
      const text = this.takeHead(bytes, headStart, at + 1);
      const answer = parseHead(text, at + 1 - start);
      if (!('status' in answer) || answer.status >= 200 || answer.status === 101) return answer;
      headStart = at + 1;
    }
    if (headStart < end) {
      this.held ??= new HeldBytes(MAX_HEAD_BYTES);
      this.held.append(bytes, headStart, end);
    }
    return undefined;
  }

  private problemWith(byte: number): WireFault | undefined {
    if (++this.totalBytes > MAX_HEAD_BYTES) {
      return wireFault('http-too-large', `the head of the answer is longer than ${MAX_HEAD_BYTES} bytes`);
    }
    if (!fitsStatusLine(byte, this.headBytes++)) {
      return wireFault('http-malformed', 'the answer does not begin with an HTTP/1.x status line');
    }
    if (byte === NUL || (this.afterCr && byte !== LF)) {
      return wireFault('http-malformed', 'a NUL or a lone CR in the head of the answer');
    }
    return undefined;
  }

  /** Whether this byte is the end of the empty line that ends a head. */
  private endsHead(byte: number): boolean {
    this.afterCr = byte === CR;
    if (byte === LF) {
      if (this.lineBytes === 0) {
        this.headBytes = 0;
        return true;
      }
      this.lineBytes = 0;
    } else if (byte !== CR) {
      this.lineBytes++;
    }
    return false;
  }

  private takeHead(bytes: Buffer, start: number, end: number): string {
    const held = this.held;
    if (held === null) return bytes.toString('latin1', start, end);
    held.append(bytes, start, end);
    this.held = null;
    return held.bytes.toString('latin1', 0, held.length);
  }
}

function fitsStatusLine(byte: number, offset: number): boolean {
  if (offset > STATUS_LINE_SHAPE.length) return true;
  if (offset === STATUS_LINE_SHAPE.length) return byte === SPACE || byte === CR || byte === LF;
  const shape = STATUS_LINE_SHAPE[offset];
  if (shape === 'd') return byte >= ZERO && byte <= NINE;
  if (shape === '1' && offset > 8) return byte > ZERO && byte <= NINE;
  return byte === STATUS_LINE_SHAPE.charCodeAt(offset);
}

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function parseHead(text: string, consumed: number): UpgradeResponse | WireFault {
  const [statusLine = '', ...lines] = text.split(/\r?\n/);
  const headers = new Map<string, string>();
  let last = '';
  for (const line of lines) {
    if (line === '') break;
    const first = line.charCodeAt(0);
    if (first === SPACE || first === TAB) {
      // obs-fold: a user agent must read it as a blank (RFC 9112 section 5.2).
      if (last === '') return wireFault('http-malformed', 'the first header line is a continuation');
      headers.set(last, `${headers.get(last) ?? ''} ${trimBlanks(line)}`);
      continue;
    }
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    if (colon === -1 || !TOKEN.test(name)) {
      return wireFault(
        'http-malformed',
        `not a header line: ${quote(Buffer.from(name, 'latin1'), 0, name.length)}`,
      );
    }
    last = name.toLowerCase();
    const value = trimBlanks(line.slice(colon + 1));
    const earlier = headers.get(last);
    headers.set(last, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return {
    status: Number(statusLine.slice(9, 12)),
    reason: statusLine.slice(13).trim(),
    headers,
    consumed,
  };
}

/**
 * Optional whitespace of RFC 9110 section 5.6.3: blanks and tabs, nothing else. By hand, since a regular
 * expression for the end of a line of blanks takes quadratic time.
 */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(unit: number): boolean {
  return unit === SPACE || unit === TAB;
}
