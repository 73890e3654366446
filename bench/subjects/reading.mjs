// What one 100-byte MESSAGE and one client frame cost here, and in ws and @stomp/stompjs.
import { Parser } from '@stomp/stompjs';
import { createRequire } from 'node:module';
import { COMMAND, StompReader } from '../../dist/src/wire/stomp-reader.js';
import { WebSocketReader } from '../../dist/src/wire/websocket-reader.js';
import { encodeText } from '../../dist/src/wire/websocket-writer.js';
import { rounds } from '../support/rounds.mjs';
import { newRow } from '../support/table.mjs';

const { Receiver, Sender } = createRequire(import.meta.url)('ws');

const ROUNDS = 15;
const MESSAGES = 20_000;
const BODY_BYTES = 100;
const LIMIT_BYTES = 1 << 20;

/** A MESSAGE as RabbitMQ sends it, in one text frame. */
function messageFrame(sequence) {
  const body = `${sequence} `.padEnd(BODY_BYTES, 'x');
  const payload = Buffer.from(
    `MESSAGE\nsubscription:sub-0\ndestination:/topic/comments.7\nmessage-id:T_sub-0@@session-9f3@@${sequence}\n` +
      `redelivered:false\ncontent-type:text/plain\ncontent-length:${BODY_BYTES}\n\n${body}\0`,
  );
  const head = Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
}

const reads = Array.from({ length: 64 }, (_, sequence) => messageFrame(sequence));
let received = 0;

function nativeReading() {
  const socket = new WebSocketReader(LIMIT_BYTES);
  const stomp = new StompReader(LIMIT_BYTES);
  const unexpected = () => {
    throw new Error('unexpected event');
  };
  const sink = {
    onMessage: (bytes, start, end) => stomp.push(bytes, start, end, sink),
    onPing: unexpected,
    onPong: unexpected,
    onClose: unexpected,
    onFault: unexpected,
    onFrame(frame) {
      if (frame.command === COMMAND.MESSAGE && frame.header('subscription') === 'sub-0') {
        received += frame.bodyEnd - frame.bodyStart;
      }
    },
    onHeartBeat: unexpected,
    onStompFault: unexpected,
  };
  return (read) => socket.push(read, 0, read.length, sink);
}

function oracleReading() {
  const receiver = new Receiver({ maxPayload: LIMIT_BYTES });
  const parser = new Parser(
    (frame) => {
      const subscription = frame.headers.find(([name]) => name === 'subscription');
      if (frame.command === 'MESSAGE' && subscription?.[1] === 'sub-0') received += frame.binaryBody.length;
    },
    () => undefined,
  );
  // As stompjs has it from a WebSocket: text messages come as strings.
  receiver.on('message', (data) => parser.parseChunk(data.toString()));
  return (read) => receiver.write(read);
}

const text = `SEND\ndestination:/topic/comments.7\ncontent-length:100\n\n${'x'.repeat(BODY_BYTES)}\0`;
const options = { fin: true, opcode: 1, mask: true, rsv1: false, readOnly: false };
let sent = 0;
const nativeSending = () => () => (sent += encodeText(text).length);
const oracleSending = () => () => {
  for (const part of Sender.frame(text, options)) sent += part.length;
};

function timesMessages(work) {
  return () => {
    for (let i = 0; i < MESSAGES; i++) work(reads[i % reads.length]);
    return MESSAGES;
  };
}

export async function reading() {
  const read = await rounds(ROUNDS, {
    own: timesMessages(nativeReading()),
    other: timesMessages(oracleReading()),
  });
  const written = await rounds(ROUNDS, {
    own: timesMessages(nativeSending()),
    other: timesMessages(oracleSending()),
  });
  if (received !== 2 * (ROUNDS + 2) * MESSAGES * BODY_BYTES) throw new Error('the two did not read the same');
  if (sent === 0) throw new Error('nothing was written');
  const row = (id, what, against, samples) =>
    newRow({ id, what, unit: 'ns', ...samples, against, digits: 0 });
  return [
    row('reading', `bytes to a MESSAGE of ${BODY_BYTES} bytes, no socket`, '`ws` + `stompjs`', read),
    row('writing', `a SEND of ${BODY_BYTES} bytes to masked bytes, no socket`, '`ws`', written),
  ];
}
