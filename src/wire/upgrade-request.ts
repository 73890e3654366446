import { hash } from 'node:crypto';
import { randomBytesPool, takeRandom } from './random-pool.js';

export interface UpgradeRequest {
  /** Path and query, as in the request line. */
  readonly path: string;
  /** The Host field; a `Host` among `headers` replaces it. */
  readonly hostHeader: string;
  /** Best first; none at all leaves Sec-WebSocket-Protocol out. */
  readonly subprotocols: readonly string[];
  /** Further fields: Origin, Cookie, Authorization, … */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the upgrade writes itself; a second one from elsewhere would make the request ambiguous. */
const OWN_FIELDS = new Set([
  'upgrade',
  'connection',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
]);

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TARGET = /^[\x21-\x7e]+$/;
/** RFC 9110 section 5.5: visible characters, blanks, tabs and the opaque upper half of Latin-1. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Writes the opening handshake of RFC 6455 section 4.1 for the key that it is given: everything else is checked and put
 * together once, for all connections. Throws an Error for anything that would break the request apart.
 */
export function upgradeEncoder(request: UpgradeRequest): (key: string) => Buffer {
  if (!TARGET.test(request.path)) throw new Error('The request path has characters that must be encoded.');
  let host = request.hostHeader;
  let further = '';
  for (const [name, value] of Object.entries(request.headers)) {
    const lowerCase = name.toLowerCase();
    if (!TOKEN.test(name)) throw new Error('The name of a request header is not a token (RFC 9110).');
    if (OWN_FIELDS.has(lowerCase)) throw new Error(`The header ${name} is written by the upgrade itself.`);
    if (lowerCase === 'host') host = value;
    else further += `${name}: ${checkedValue(name, value)}\r\n`;
  }
  let protocol = '';
  if (request.subprotocols.length > 0) {
    if (!request.subprotocols.every((name) => TOKEN.test(name))) {
      throw new Error('The name of a subprotocol is not a token (RFC 6455 section 4.1).');
    }
    protocol = `Sec-WebSocket-Protocol: ${request.subprotocols.join(', ')}\r\n`;
  }
  const before =
    `GET ${request.path} HTTP/1.1\r\nHost: ${checkedValue('Host', host)}\r\n` +
    `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: `;
  const after = `\r\nSec-WebSocket-Version: 13\r\n${protocol}${further}\r\n`;
  return (key) => Buffer.from(before + key + after, 'latin1');
}

/** The value never appears in the error: it may be a password. */
function checkedValue(name: string, value: string): string {
  if (FIELD_VALUE.test(value)) return value;
  throw new Error(`The value of the header ${name} has a line end, a control character or is not Latin-1.`);
}

/** Sec-WebSocket-Key: 16 random bytes in base64. */
export function newKey(): string {
  const at = takeRandom(16);
  return randomBytesPool.toString('base64', at, at + 16);
}

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The Sec-WebSocket-Accept that answers a key (RFC 6455 section 4.2.2). */
export function acceptFor(key: string): string {
  return hash('sha1', key + ACCEPT_GUID, 'base64');
}
