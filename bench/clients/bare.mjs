// The least that a client over Node's `net` can do: one buffer for the reads of all sockets, the length of each
// WebSocket frame, and of STOMP nothing but the first letter. It checks nothing and measures nothing.
import { randomBytes, randomFillSync } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { generate } from './generator.mjs';

const READ_BYTES = 64 * 1024;
/** Of CONNECTED: the first letter that it has alone of RECEIPT and MESSAGE. */
const C = 'C'.charCodeAt(0);
const R = 'R'.charCodeAt(0);

const pool = Buffer.alloc(8192);
let poolAt = pool.length;

function mask() {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  poolAt += 4;
  return poolAt - 4;
}

/** One masked text frame. */
function textFrame(text) {
  const length = Buffer.byteLength(text);
  const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + 4 + length);
  frame[0] = 0x81;
  if (headBytes === 2) frame[1] = 0x80 | length;
  else if (headBytes === 4) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  const key = mask();
  for (let i = 0; i < 4; i++) frame[headBytes + i] = pool[key + i];
  frame.write(text, headBytes + 4);
  for (let i = 0; i < length; i++) frame[headBytes + 4 + i] ^= pool[key + (i & 3)];
  return frame;
}

function newClient({ destination, body, secure }) {
  const connect = textFrame.bind(null, 'CONNECT\naccept-version:1.2\nhost:127.0.0.1\nheart-beat:0,0\n\n\0');
  const subscribe = textFrame.bind(
    null,
    `SUBSCRIBE\nid:sub-0\ndestination:${destination}\nack:auto\nreceipt:s0\n\n\0`,
  );
  const message = `SEND\ndestination:${destination}\ncontent-type:text/plain\ncontent-length:${body.length}\n\n${body}\0`;
  let messages = 0;

  // Within one socket: the rest of a frame that has not come yet, or the start of a head that was cut.
  function onBytes(length, bytes) {
    let at = 0;
    if (!this.upgraded) {
      this.upgraded = true;
      this.write(connect());
      return true;
    }
    while (at < length) {
      if (this.left > 0) {
        const part = Math.min(this.left, length - at);
        this.left -= part;
        at += part;
        continue;
      }
      if (this.cut !== null || length - at < 4) {
        at = takeCut(this, bytes, at, length);
        continue;
      }
      const short = bytes[at + 1];
      const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (length - at < headBytes + 1) {
        at = takeCut(this, bytes, at, length);
        continue;
      }
      begin(
        this,
        short < 126
          ? short
          : short === 126
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2)),
        bytes[at + headBytes],
      );
      at += headBytes;
    }
    return true;
  }

  function takeCut(socket, bytes, at, length) {
    const cut = Buffer.concat([socket.cut ?? Buffer.alloc(0), bytes.subarray(at, at + 1)]);
    const headBytes = cut.length < 2 ? 2 : cut[1] < 126 ? 2 : cut[1] === 126 ? 4 : 10;
    socket.cut = cut;
    if (cut.length < headBytes || at + 1 === length) return at + 1;
    socket.cut = null;
    const payload =
      headBytes === 2 ? cut[1] : headBytes === 4 ? cut.readUInt16BE(2) : Number(cut.readBigUInt64BE(2));
    begin(socket, payload, bytes[at + 1]);
    return at + 1;
  }

  function begin(socket, payloadBytes, letter) {
    socket.left = payloadBytes;
    if (letter === C && socket.publishes) socket.onReady();
    else if (letter === C) socket.write(subscribe());
    else if (letter === R) socket.onReady();
    else messages++;
  }

  const onread = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: onBytes };

  function open(address, port, onReady, publishes = false) {
    const socket = secure
      ? tls.connect({ host: address, port, onread, rejectUnauthorized: false })
      : net.connect({ host: address, port, onread });
    socket.upgraded = false;
    socket.left = 0;
    socket.cut = null;
    socket.publishes = publishes;
    socket.onReady = onReady;
    socket.setNoDelay(true);
    socket.on(secure ? 'secureConnect' : 'connect', onConnect);
    socket.on('error', onError);
    return socket;
  }

  function onConnect() {
    const key = randomBytes(16).toString('base64');
    this.write(
      `GET /ws HTTP/1.1\r\nHost: ${this.remoteAddress}:${this.remotePort}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v12.stomp\r\n\r\n`,
      'latin1',
    );
  }

  return {
    open,
    messages: () => messages,
    destroy: (socket) => (secure ? socket.destroy() : socket.resetAndDestroy()),
    publisher: (address, port) =>
      new Promise((resolve) => {
        const socket = open(address, port, () => resolve(() => socket.write(textFrame(message))), true);
      }),
  };
}

function onError(error) {
  console.error(error.message);
  process.exit(1);
}

await generate(newClient);
