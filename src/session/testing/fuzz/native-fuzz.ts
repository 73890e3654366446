import net from 'node:net';
import { Connection } from '../../connection.js';
import { parseEndpoint } from '../../endpoint.js';
import { LoopClock } from '../../loop-clock.js';
import { NativeTransport, nativeShared } from '../../native-transport.js';
import { Resolver } from '../../resolver.js';
import type { TransportConfig } from '../../transport.js';
import { CONFIG } from '../clients.js';
import { type FakeSocket, fakeConnect } from './fake-socket.js';
import { FuzzHost } from './fuzz-host.js';
import { memoryInUse, type Memory } from './memory.js';
import { FuzzRandom } from './random.js';
import { serverStream, type ServerStream } from './server-stream.js';

export interface FuzzOptions {
  /** Of the first batch; the next ones count on from it. */
  readonly seed: number;
  readonly batches: number;
  readonly streamsPerBatch: number;
}

export interface FuzzReport {
  readonly streams: number;
  /** How often each end came: "complete", or "phase: kind". */
  readonly ends: ReadonlyMap<string, number>;
  /** What is wrong, each with the seed that shows it again; empty is what is hoped for. */
  readonly problems: readonly string[];
  /** Buffers that all clients of a batch held together at most, beyond what there was before, for each of them. */
  readonly heldBytesPerClient: number;
  readonly before: Memory;
  readonly after: Memory;
}

/** Every fifth batch is in a hurry: time-outs strike between the reads. */
const HURRIED = 5;
/** Of the reads in such a batch: a few in all, so that not every client runs out of time in its first phase. */
const JUMPS = 0.0001;
/** No time-out of TIMEOUTS is longer. */
const LONGEST_TIMEOUT_MS = 31_000;
/** unsubscribe, disconnect and close, and what came before them. */
const MAX_TIMEOUTS_IN_A_ROW = 5;
const MAX_PROBLEMS = 10;

/**
 * Mutated streams through the native client, from the socket's callbacks up; many clients at once, as in a worker, so
 * that what they share is shared here too. The clock moves only by what is decided here.
 */
export function fuzzNative({ seed, batches, streamsPerBatch }: FuzzOptions): FuzzReport {
  const sockets: FakeSocket[] = [];
  const connect = net.connect;
  net.connect = fakeConnect(sockets);
  const ends = new Map<string, number>();
  const problems: string[] = [];
  let heldBytesPerClient = 0;
  const newHost = hostFactory();
  // What is made once and stays is made by the first.
  runBatch(newHost(seed), sockets, seed, streamsPerBatch);
  newHost(seed).takeAll();
  const before = memoryInUse();
  try {
    for (let batch = 0; batch < batches && problems.length < MAX_PROBLEMS; batch++) {
      const host = newHost(seed + batch);
      const held = runBatch(host, sockets, seed + batch, streamsPerBatch, before);
      heldBytesPerClient = Math.max(heldBytesPerClient, held);
      problems.push(...host.problems.map((problem) => `seed ${seed + batch}: ${problem}`));
      for (const end of host.ends.values()) {
        const name = end === 'complete' ? end : `${end.phase}: ${end.kind}`;
        ends.set(name, (ends.get(name) ?? 0) + 1);
      }
      host.takeAll();
    }
  } finally {
    net.connect = connect;
  }
  return {
    streams: batches * streamsPerBatch,
    ends,
    problems: problems.slice(0, MAX_PROBLEMS),
    heldBytesPerClient,
    before,
    after: memoryInUse(),
  };
}

interface Fuzzed {
  readonly stream: ServerStream;
  readonly connection: Connection;
  readonly socket: FakeSocket;
  readonly chunks: readonly Buffer[];
  readonly leaveAt: number;
  next: number;
}

/** Returns the bytes that each client held when all had been sent, if `before` is given. */
function runBatch(
  host: FuzzHost,
  sockets: FakeSocket[],
  seed: number,
  count: number,
  before: Memory | null = null,
): number {
  const random = new FuzzRandom(seed);
  const hurried = seed % HURRIED === 0;
  const all = Array.from({ length: count }, (_, index) => begin(host, sockets, seed, index));
  const guard = (one: Fuzzed, what: () => void): void => {
    try {
      what();
    } catch (error) {
      host.problems.push(
        `${one.connection.index} threw ${error instanceof Error ? error.stack : String(error)}`,
      );
      one.connection.abandon();
    }
  };
  const open = [...all];
  while (open.length > 0) {
    const at = random.below(open.length);
    const one = open[at];
    if (one === undefined) break;
    guard(one, () => {
      readNext(one);
    });
    host.nowUsValue += random.below(4);
    if (hurried && random.chance(JUMPS)) pass(host, random.below(4000));
    if (one.next < one.chunks.length && !one.socket.destroyed) continue;
    open[at] = open[open.length - 1] ?? one;
    open.pop();
  }
  const held = before === null ? 0 : (memoryInUse().bufferBytes - before.bufferBytes) / count;
  for (const one of all) {
    guard(one, () => {
      finish(one);
    });
  }
  for (let n = 0; n < MAX_TIMEOUTS_IN_A_ROW; n++) {
    for (const one of all) {
      guard(one, () => {
        one.connection.leave();
      });
    }
    pass(host, LONGEST_TIMEOUT_MS);
  }
  for (const { connection, stream } of all) {
    const end = host.ends.get(connection);
    if (end === undefined) host.problems.push(`${connection.index} hangs`);
    else if (stream.valid && !hurried && end !== 'complete') {
      host.problems.push(`${connection.index} was valid, and failed as ${JSON.stringify(end)}`);
    }
  }
  return held;
}

function begin(host: FuzzHost, sockets: FakeSocket[], seed: number, index: number): Fuzzed {
  const random = new FuzzRandom(seed * 100_003 + index);
  const stream = serverStream(random, host.run);
  const endpoint = parseEndpoint('ws://127.0.0.1:9/ws');
  const connection = new Connection(host, endpoint, index, host.nowUs(), stream.subscriptions);
  connection.start();
  const socket = sockets.pop();
  if (socket === undefined) throw new Error('the client made no socket');
  socket.emit('connect');
  return { stream, connection, socket, ...stream.reads(socket.accept), next: 0 };
}

function readNext(one: Fuzzed): void {
  if (one.next === one.leaveAt) one.connection.leave();
  const chunk = one.chunks[one.next++];
  if (chunk !== undefined && !one.socket.destroyed) one.socket.read(chunk);
}

function finish({ stream, socket, connection }: Fuzzed): void {
  connection.leave();
  if (socket.destroyed || stream.ending === 'silence') return;
  if (stream.ending === 'end') socket.emit('end');
  else socket.emit('error', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  socket.flush();
  socket.emit('close');
}

function pass(host: FuzzHost, ms: number): void {
  host.nowUsValue += ms * 1000;
  host.wheel.advance(host.nowUsValue);
}

/** Each batch with a plan of its own; what a thread shares for its whole life is shared by all batches of a plan. */
function hostFactory(): (seed: number) => FuzzHost {
  const hosts = PLANS.map((plan): FuzzHost => {
    const loopClock = (nowUs: () => number): LoopClock =>
      new LoopClock({ nowUs, sleptUs: () => 0, atTurnEnd: () => undefined, record: () => undefined });
    let shared: ReturnType<typeof nativeShared> | null = null;
    return new FuzzHost((host, endpoint, listener) => {
      const { recorder, wheel, nowUs } = host;
      shared ??= nativeShared(
        {
          config: { ...CONFIG, ...plan },
          recorder,
          wheel,
          nowUs,
          loopClock: loopClock(nowUs),
          resolver: new Resolver(nowUs),
          random: () => 0.5,
        },
        false,
        // Its sockets take the place of net.connect.
        null,
      );
      return new NativeTransport(shared, endpoint, listener);
    });
  });
  return (seed) => {
    const host = hosts[seed % hosts.length];
    if (host === undefined) throw new Error('there is no plan');
    return host;
  };
}

export const MAX_MESSAGE_BYTES = 65_536;

/** Seed n has plan n modulo their number. */
export const PLANS: readonly (Partial<TransportConfig> & Pick<TransportConfig, 'maxMessageBytes'>)[] = [
  { maxMessageBytes: 4096 },
  { maxMessageBytes: MAX_MESSAGE_BYTES, heartbeatSendMs: 10_000, heartbeatReceiveMs: 10_000 },
  { maxMessageBytes: MAX_MESSAGE_BYTES, subprotocols: [], versions: ['1.2', '1.1', '1.0'] },
];
