// As much of a STOMP server over wss as holding connections needs: the upgrade, CONNECTED, receipts, Close. It ends with
// whoever started it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import tls from 'node:tls';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const certificates = new URL('../../test/support/tls/', import.meta.url);
const pem = (file) => readFileSync(new URL(file, certificates));

const server = tls.createServer({ key: pem('server-key.pem'), cert: pem('localhost.pem') }, (socket) => {
  let upgraded = false;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  // Each frame of a client comes in a record of its own here.
  socket.on('data', (bytes) => {
    if (upgraded) {
      answer(socket, bytes);
      return;
    }
    upgraded = true;
    const [, key] = /sec-websocket-key: *(\S+)/i.exec(bytes.toString('latin1')) ?? [];
    const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v12.stomp\r\n\r\n`,
    );
  });
});

function answer(socket, bytes) {
  for (let at = 0; at + 6 <= bytes.length;) {
    const opcode = bytes[at] & 0x0f;
    const short = bytes[at + 1] & 0x7f;
    const headBytes = short < 126 ? 6 : 8;
    const length = short < 126 ? short : bytes.readUInt16BE(at + 2);
    const mask = bytes.subarray(at + headBytes - 4, at + headBytes);
    const payload = Buffer.from(bytes.subarray(at + headBytes, at + headBytes + length));
    for (let i = 0; i < payload.length; i++) payload[i] ^= mask[i & 3];
    at += headBytes + length;
    if (opcode === 8) {
      socket.end(Buffer.concat([Buffer.from([0x88, payload.length]), payload]));
      return;
    }
    const text = payload.toString();
    const [, receipt] = /\nreceipt:([^\n]*)\n/.exec(text) ?? [];
    if (text.startsWith('CONNECT\n')) socket.write(frameOf('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0'));
    if (receipt !== undefined) socket.write(frameOf(`RECEIPT\nreceipt-id:${receipt}\n\n\0`));
  }
}

/** Shorter than 126 bytes. */
const frameOf = (text) => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);

server.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
