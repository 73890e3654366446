import { createHash } from 'node:crypto';
import type { FuzzRandom } from './random.js';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The value of Sec-WebSocket-Accept that the key in a request asks for (RFC 6455 section 4.2.2). */
export function upgradeAccept(request: string): string {
  const key = /sec-websocket-key: (.*)\r\n/i.exec(request)?.[1] ?? '';
  return createHash('sha1').update(`${key}${GUID}`).digest('base64');
}

export function goodAnswer(accept: string): string {
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`
  );
}

type Answer = (good: string, random: FuzzRandom) => string | Buffer;

/** Every answer to an upgrade but the right one, and some that are right and odd. */
const ANSWERS: readonly Answer[] = [
  (good, random) => good.replace('101 Switching Protocols', random.pick(STATUSES)),
  (good, random) => good.replace('101 Switching Protocols', random.pick(STATUSES)),
  (good, random) => good.replace('101 Switching Protocols', random.pick(STATUSES)),
  (good) => good.replace(/Accept: ./, 'Accept: #'),
  (good) => good.replace(/Sec-WebSocket-Accept.*\r\n/, ''),
  (good) => good.replace('Upgrade: websocket\r\n', ''),
  (good) => good.replace('Upgrade: websocket', 'Upgrade: h2c'),
  (good) => good.replace('Connection: Upgrade', 'Connection: close'),
  (good) => good.replace('\r\n\r\n', '\r\nSec-WebSocket-Protocol: v99.stomp\r\n\r\n'),
  (good) => good.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n'),
  (good) => good.replaceAll('\r\n', '\n'),
  (good) => good.replaceAll('\r\n', '\r'),
  (good) => good.replace('Upgrade: websocket', 'Upgrade:\r\n\twebsocket'),
  (good) => `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${good}`,
  () => 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(2000),
  (_good, random) => `HTTP/1.1 101 ${'r'.repeat(10_000 + random.below(20_000))}`,
  (good, random) => good.replace('\r\n\r\n', `\r\nX: ${'x'.repeat(10_000 + random.below(20_000))}\r\n\r\n`),
  (good) => good.replace('\r\n\r\n', `\r\n${'X: y\r\n'.repeat(5000)}`),
  (good) => good.replace('\r\n\r\n', `\r\n${' '.repeat(15_000)}:\r\n\r\n`),
  (good) => good.replace('\r\n\r\n', '\r\nno colon here\r\n\r\n'),
  (good) => good.replace('Upgrade', 'Up\0grade'),
  (good) => good.replace('HTTP/1.1', 'HTTP/9.9'),
  () => 'SSH-2.0-OpenSSH_9.2p1 Debian\r\n',
  () => '<html>'.repeat(4000),
  (_good, random) => random.bytes(random.below(300)),
  () => Buffer.alloc(20_000, 0xff),
  () => Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]),
  () => '',
];

const STATUSES = [
  '200 OK',
  '204 No Content',
  '301 Moved\r\nLocation: ws://127.0.0.1:1/',
  '401 Unauthorized\r\nWWW-Authenticate: Basic',
  '403 Forbidden',
  '404 Not Found\r\nContent-Length: 5',
  '407 Proxy Authentication Required',
  '426 Upgrade Required',
  '429 Too Many Requests\r\nRetry-After: 1',
  '503 Service Unavailable',
  '599 \u001b[2J',
  '999 Odd',
  '000 None',
  '10 Short',
];

export function mutatedAnswer(accept: string, random: FuzzRandom): Buffer {
  const answer = random.pick(ANSWERS)(goodAnswer(accept), random);
  return typeof answer === 'string' ? Buffer.from(answer, 'latin1') : answer;
}
