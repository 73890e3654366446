import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../../connection.js';
import { parseEndpoint } from '../../endpoint.js';
import type { NewClient } from '../clients.js';
import { FuzzHost } from './fuzz-host.js';
import { FuzzRandom } from './random.js';
import { upgradeAccept } from './upgrade-answers.js';
import { serverStream, type ServerStream } from './server-stream.js';

export interface LoopbackOptions {
  readonly seed: number;
  readonly batches: number;
  readonly streamsPerBatch: number;
  readonly newClient: NewClient;
}

interface Fuzzed {
  readonly stream: ServerStream;
  readonly connection: Connection;
  /** Resolves when the server has sent all that it will. */
  readonly sent: Promise<void>;
  readonly serve: (socket: net.Socket, accept: string) => void;
}

const LONGEST_TIMEOUT_MS = 31_000;
const MAX_TIMEOUTS_IN_A_ROW = 5;
/** Turns of the loop that are waited for what is on its way within this machine. */
const TURNS = 400;

/**
 * The same streams over real sockets of 127.0.0.1, to any of the clients: what Node and the libraries make of them on
 * the way is part of it. Resolves with what is wrong, each with its seed, and with how many were complete.
 */
export async function fuzzLoopback(
  options: LoopbackOptions,
): Promise<{ readonly problems: readonly string[]; readonly complete: number; readonly failed: number }> {
  const problems: string[] = [];
  let complete = 0;
  let failed = 0;
  for (let batch = 0; batch < options.batches; batch++) {
    const host = await runBatch(options, options.seed + batch);
    problems.push(...host.problems.map((problem) => `seed ${options.seed + batch}: ${problem}`));
    for (const end of host.ends.values()) {
      if (end === 'complete') complete++;
      else failed++;
    }
  }
  return { problems, complete, failed };
}

async function runBatch(options: LoopbackOptions, seed: number): Promise<FuzzHost> {
  const all: Fuzzed[] = [];
  const server = net.createServer((socket) => {
    accept(socket, all);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const host = new FuzzHost(({ recorder, wheel, nowUs }, { url }, listener) =>
    options.newClient(url, listener, {}, { recorder, wheel, now: nowUs }),
  );
  try {
    for (let index = 0; index < options.streamsPerBatch; index++) all.push(prepare(host, port, seed, index));
    for (const { connection } of all) connection.start();
    await untilSo(() => all.every(({ connection, stream }) => connection.ended || !stream.valid));
    await Promise.race([Promise.all(all.map(({ sent }) => sent)), sleep(TURNS)]);
    await untilSo(() => all.every(({ connection }) => connection.ended), 20);
    for (let n = 0; n < MAX_TIMEOUTS_IN_A_ROW; n++) {
      for (const { connection } of all) connection.leave();
      host.nowUsValue += LONGEST_TIMEOUT_MS * 1000;
      host.wheel.advance(host.nowUsValue);
      await sleep(1);
    }
    judge(host, all);
  } finally {
    for (const { connection } of all) connection.abandon();
    await new Promise((resolve) => server.close(resolve));
  }
  return host;
}

function judge(host: FuzzHost, all: readonly Fuzzed[]): void {
  for (const { connection, stream } of all) {
    const end = host.ends.get(connection);
    if (end === undefined) host.problems.push(`${connection.index} hangs`);
    else if (stream.valid && end !== 'complete') {
      host.problems.push(`${connection.index} was valid, and failed as ${JSON.stringify(end)}`);
    }
  }
}

function prepare(host: FuzzHost, port: number, seed: number, index: number): Fuzzed {
  const stream = serverStream(new FuzzRandom(seed * 100_003 + index), host.run);
  const endpoint = parseEndpoint(`ws://127.0.0.1:${port}/${index}`);
  const connection = new Connection(host, endpoint, index, host.nowUs(), stream.subscriptions);
  let done: () => void = () => undefined;
  const sent = new Promise<void>((resolve) => {
    done = resolve;
  });
  return {
    stream,
    connection,
    sent,
    serve: (socket, accept) => {
      void send(socket, stream, connection, accept).then(done, done);
    },
  };
}

async function send(
  socket: net.Socket,
  stream: ServerStream,
  connection: Connection,
  accept: string,
): Promise<void> {
  const { chunks, leaveAt } = stream.reads(accept);
  for (const part of [chunks.slice(0, leaveAt), chunks.slice(leaveAt)]) {
    // In some eight packets: more of them would be joined on the way anyhow.
    const size = Math.max(1, Math.ceil(part.length / 8));
    for (let at = 0; at < part.length && !socket.destroyed; at += size) {
      socket.write(Buffer.concat(part.slice(at, at + size)));
      await sleep(0);
    }
    if (stream.valid) await untilSo(() => connection.settled);
    connection.leave();
  }
  if (stream.ending === 'end') socket.end();
  else if (stream.ending === 'reset') socket.resetAndDestroy();
}

/** Plays the stream whose number the request names. */
function accept(socket: net.Socket, all: readonly Fuzzed[]): void {
  let request = '';
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    if (request.includes('\r\n\r\n')) return;
    request += bytes.toString('latin1');
    if (!request.includes('\r\n\r\n')) return;
    const index = Number(/^GET \/(\d+) /.exec(request)?.[1]);
    all[index]?.serve(socket, upgradeAccept(request));
  });
}

async function untilSo(condition: () => boolean, turns = TURNS): Promise<void> {
  for (let n = 0; n < turns && !condition(); n++) await sleep(5);
}
