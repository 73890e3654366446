import type { Recorder } from '../metrics/recorder.js';
import type { ClientKind, RunPlan } from '../model/plan.js';
import type { Endpoint } from './endpoint.js';
import type { LoopClock } from './loop-clock.js';
import { newSecureContext } from './native-socket.js';
import { NativeTransport, nativeShared } from './native-transport.js';
import { Resolver } from './resolver.js';
import { SourcePorts, type SourceShare } from './source-ports.js';
import type { TimerWheel } from './timer-wheel.js';
import type { Transport, TransportConfig, TransportListener } from './transport.js';

export type TransportFactory = (endpoint: Endpoint, listener: TransportListener) => Transport;

/** What a worker's transports need of it. */
export interface TransportParts {
  readonly recorder: Recorder;
  readonly wheel: TimerWheel;
  readonly nowUs: () => number;
  readonly loopClock: LoopClock;
}

/** Makes transports of one kind of client for a plan; what they share is made once. */
export type TransportMaker = (
  plan: RunPlan,
  endpoints: readonly Endpoint[],
  share: SourceShare | null,
  parts: TransportParts,
) => TransportFactory;

/** `ws` and stompjs are loaded by nobody who has no use for them: dozens of workers may start at once. */
export async function loadTransports(client: ClientKind): Promise<TransportMaker> {
  if (client === 'native') return nativeTransports;
  const { StompjsTransport } = await import('./stompjs-transport.js');
  return (plan, endpoints, _share, { recorder, nowUs, loopClock }) => {
    const config = transportConfig(plan);
    const secureContext = anySecure(endpoints) ? newSecureContext(config.tls) : null;
    const shared = { config, recorder, nowUs, loopClock, secureContext };
    return (endpoint, listener) => new StompjsTransport(shared, endpoint, listener);
  };
}

const nativeTransports: TransportMaker = (plan, endpoints, share, parts) => {
  const config = transportConfig(plan);
  const resolver = new Resolver(parts.nowUs);
  const elsewhere = plan.connect.localAddresses === 'auto' ? 'kernel' : 'nobody';
  const sources = share === null ? null : new SourcePorts(share, Math.random, elsewhere);
  const shared = nativeShared(
    { ...parts, config, resolver, sources, random: Math.random },
    anySecure(endpoints),
  );
  return (endpoint, listener) => new NativeTransport(shared, endpoint, listener);
};

function anySecure(endpoints: readonly Endpoint[]): boolean {
  return endpoints.some(({ secure }) => secure);
}

function transportConfig({ stomp, connect, limits }: RunPlan): TransportConfig {
  return {
    stompHost: stomp.host,
    login: stomp.login,
    passcode: stomp.passcode,
    versions: stomp.versions,
    heartbeatSendMs: stomp.heartbeat.sendMs,
    heartbeatReceiveMs: stomp.heartbeat.receiveMs,
    connectHeaders: stomp.headers,
    upgradeHeaders: connect.headers,
    subprotocols: connect.subprotocols,
    tls: connect.tls,
    permessageDeflate: connect.permessageDeflate,
    maxMessageBytes: limits.messageBytes,
  };
}
