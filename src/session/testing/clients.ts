import tls from 'node:tls';
import { Recorder } from '../../metrics/recorder.js';
import { nowUs } from '../../shared/clock.js';
import type { TcpHandles } from '../../shared/tcp-handle.js';
import { type Endpoint, parseEndpoint } from '../endpoint.js';
import { LoopClock } from '../loop-clock.js';
import { NativeTransport, nativeShared } from '../native-transport.js';
import { Resolver } from '../resolver.js';
import type { SourcePorts } from '../source-ports.js';
import { StompjsTransport } from '../stompjs-transport.js';
import { TimerWheel } from '../timer-wheel.js';
import type { Transport, TransportConfig, TransportListener } from '../transport.js';

export const CONFIG: TransportConfig = {
  stompHost: '/',
  login: 'guest',
  passcode: 'secret',
  versions: ['1.2', '1.1', '1.0'],
  heartbeatSendMs: 0,
  heartbeatReceiveMs: 0,
  connectHeaders: {},
  upgradeHeaders: {},
  subprotocols: [],
  tls: { insecure: false, caPem: null, servername: null },
  permessageDeflate: false,
  maxMessageBytes: 65_536,
};

export interface ClientParts {
  readonly recorder?: Recorder;
  readonly wheel?: TimerWheel;
  readonly resolver?: Resolver;
  readonly sources?: SourcePorts;
  readonly endpoint?: Endpoint;
  readonly now?: () => number;
  /** null: over Node's own sockets. */
  readonly handles?: TcpHandles | null;
}

/** One that nobody asks. */
function newLoopClock(now: () => number): LoopClock {
  return new LoopClock({
    nowUs: now,
    sleptUs: () => 0,
    atTurnEnd: (callback) => setImmediate(callback),
    record: () => undefined,
  });
}

export function newRecorder(): Recorder {
  return new Recorder(0, (text) => text);
}

export function nativeClient(
  url: string,
  listener: TransportListener,
  config: Partial<TransportConfig> = {},
  parts: ClientParts = {},
): NativeTransport {
  const now = parts.now ?? nowUs;
  const base = {
    config: { ...CONFIG, ...config },
    recorder: parts.recorder ?? newRecorder(),
    wheel: parts.wheel ?? new TimerWheel(now()),
    resolver: parts.resolver ?? new Resolver(now),
    nowUs: now,
    loopClock: newLoopClock(now),
    random: () => 0.5,
    sources: parts.sources ?? null,
  };
  return new NativeTransport(
    nativeShared(base, url.startsWith('wss:'), parts.handles),
    parts.endpoint ?? parseEndpoint(url),
    listener,
  );
}

export function stompjsClient(
  url: string,
  listener: TransportListener,
  config: Partial<TransportConfig> = {},
  parts: ClientParts = {},
): StompjsTransport {
  const whole = { ...CONFIG, ...config };
  const { caPem } = whole.tls;
  const shared = {
    config: whole,
    recorder: parts.recorder ?? newRecorder(),
    nowUs: parts.now ?? nowUs,
    loopClock: newLoopClock(parts.now ?? nowUs),
    secureContext: url.startsWith('wss:')
      ? tls.createSecureContext(caPem === null ? {} : { ca: caPem })
      : null,
  };
  return new StompjsTransport(shared, parts.endpoint ?? parseEndpoint(url), listener);
}

export type NewClient = (
  url: string,
  listener: TransportListener,
  config?: Partial<TransportConfig>,
  parts?: ClientParts,
) => Transport;

export const CLIENTS: readonly (readonly [string, NewClient])[] = [
  ['native', nativeClient],
  [
    'native over net',
    (url, listener, config, parts) => nativeClient(url, listener, config, { ...parts, handles: null }),
  ],
  ['stompjs', stompjsClient],
];
