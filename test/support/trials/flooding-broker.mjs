// A STOMP server of the tests' own that is faster than any client: what is sent to a topic it writes, some milliseconds
// later and all of it at once, to every subscriber, each batch made once for all. Started as a process of its own; says
// where it listens. It has no queues: while somebody is behind, it reads no further SEND.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const BATCH_MS = 20;
const BEHIND_BYTES = 2 * 1024 * 1024;

const server = createServer();
const webSockets = new WebSocketServer({
  server,
  perMessageDeflate: false,
  handleProtocols: (offered) => [...offered][0] ?? false,
});
/** Subscribers' sockets, by destination and id. */
const topics = new Map();
/** Publishers' sockets that are not read. */
const held = new Set();
let batches = new Map();
let messages = 0;

webSockets.on('connection', (webSocket, { socket }) => {
  const topicsOfIt = [];
  webSocket.on('error', () => undefined);
  webSocket.on('close', () => {
    for (const topic of topicsOfIt) topic.delete(socket);
  });
  webSocket.on('message', (data) => {
    const frame = readFrame(data.toString());
    if (frame === null) return;
    const { command, headers, body } = frame;
    if (command === 'CONNECT') webSocket.send('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0');
    else if (command === 'SUBSCRIBE') {
      const topic = topicOf(`${headers.destination}\n${headers.id}`);
      topic.add(socket);
      topicsOfIt.push(topic);
    } else if (command === 'UNSUBSCRIBE') for (const topic of topicsOfIt) topic.delete(socket);
    else if (command === 'SEND') take(headers.destination, body, socket);
    if (headers.receipt !== undefined) webSocket.send(`RECEIPT\nreceipt-id:${headers.receipt}\n\n\0`);
  });
});

function take(destination, body, socket) {
  for (const [name] of topics) {
    const [topic, id] = name.split('\n');
    if (topic !== destination) continue;
    const frames = batches.get(name) ?? [];
    const text = `MESSAGE\nsubscription:${id}\nmessage-id:${messages++}\ndestination:${topic}\n\n${body}\0`;
    frames.push(webSocketFrame(Buffer.from(text)));
    batches.set(name, frames);
  }
  if (!someBehind()) return;
  held.add(socket);
  socket.pause();
}

setInterval(() => {
  for (const [name, frames] of batches) {
    const bytes = Buffer.concat(frames);
    for (const socket of topicOf(name)) socket.write(bytes);
  }
  batches = new Map();
  if (someBehind()) return;
  for (const socket of held) socket.resume();
  held.clear();
}, BATCH_MS);

function someBehind() {
  for (const sockets of topics.values()) {
    for (const socket of sockets) if (socket.writableLength > BEHIND_BYTES) return true;
  }
  return false;
}

function topicOf(name) {
  const topic = topics.get(name) ?? new Set();
  topics.set(name, topic);
  return topic;
}

/** Text, whole, unmasked (RFC 6455 section 5.2); bodies are short. */
function webSocketFrame(payload) {
  const head =
    payload.length < 126 ? [0x81, payload.length] : [0x81, 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from(head), payload]);
}

function readFrame(text) {
  const headEnd = text.indexOf('\n\n');
  const [command, ...lines] = text.slice(0, Math.max(0, headEnd)).split('\n');
  if (!command) return null;
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
  return { command, headers, body: text.slice(headEnd + 2, text.lastIndexOf('\0')) };
}

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on ws://127.0.0.1:${server.address().port}/ws\n`);
});
