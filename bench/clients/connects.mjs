// Opens and closes connections in a row, and prints the CPU microseconds a connection of each ten thousand. This side
// closes first, so that the ports stay in TIME_WAIT on it.
import net from 'node:net';
import { parseArgs } from 'node:util';
import { SourcePorts } from '../../dist/src/session/source-ports.js';
import { addressKind } from '../../dist/src/shared/ip-address.js';

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    connections: { type: 'string' },
    /** own: we choose address and port. kernel: it does. */
    ports: { type: 'string' },
    address: { type: 'string', default: '127.0.0.1' },
  },
});
/**
 * Below those that the kernel chooses from: a port that somebody has bound, and be it in TIME_WAIT, it gives to nobody
 * else for any target, so that for a minute other programs could not connect.
 */
const [FIRST_PORT, LAST_PORT] = [10_240, 32_767];
const IN_FLIGHT = 100;
const SPAN = 10_000;
/** Not counted: V8 compiles. */
const WARM_UP = 2000;

const [host, port] = values.target.split(':');
const target = { host, port: Number(port) };
const counted = Number(values.connections);
const count = counted + WARM_UP;
const span = Math.min(SPAN, counted);
const ranges = [{ target: null, kind: addressKind(host), from: 0, to: LAST_PORT - FIRST_PORT + 1 }];
const sources = new SourcePorts(
  { addresses: [values.address], ports: [[FIRST_PORT, LAST_PORT]], ranges },
  Math.random,
);

const costsUs = [];
let started = 0;
let ended = 0;
let taken = 0;
let cpuBefore = process.cpuUsage();

function next() {
  started++;
  connect();
}

function connect() {
  const source = values.ports === 'own' ? sources.take(target.host, target.port) : null;
  if (values.ports === 'own' && source === null) fail('no port is left');
  const from = source === null ? {} : { localAddress: source.address, localPort: source.port };
  const socket = net.connect({ ...target, ...from });
  socket.on('connect', () => socket.end());
  socket.on('error', ({ code }) => {
    // In TIME_WAIT for less than a second, or somebody else's: the next one.
    taken++;
    if (taken > count || (code !== 'EADDRINUSE' && code !== 'EADDRNOTAVAIL')) fail(code);
    socket.failed = true;
  });
  socket.on('close', () => {
    source?.release();
    if (socket.failed) connect();
    else closed();
  });
  socket.resume();
}

function closed() {
  ended++;
  if (ended === WARM_UP) cpuBefore = process.cpuUsage();
  else if (ended > WARM_UP && (ended - WARM_UP) % span === 0) {
    const { user, system } = process.cpuUsage(cpuBefore);
    costsUs.push((user + system) / span);
    cpuBefore = process.cpuUsage();
  }
  if (started < count) next();
  else if (ended === count) console.log(JSON.stringify({ costsUs, taken }));
}

function fail(code) {
  console.error(`connect: ${code}`);
  process.exit(1);
}

for (let i = 0; i < IN_FLIGHT; i++) next();
