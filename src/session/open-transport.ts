import type { Recorder } from '../metrics/recorder.js';
import type { RunPlan } from '../model/plan.js';
import type { Endpoint } from './endpoint.js';
import type { LoopClock } from './loop-clock.js';
import { newSecureContext } from './native-socket.js';
import { NativeTransport, nativeShared } from './native-transport.js';
import { Resolver } from './resolver.js';
import { SourcePorts, type SourceShare } from './source-ports.js';
import { StompjsTransport } from './stompjs-transport.js';
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

/** Makes transports of the client that the plan names; what they share is made once. */
export function transportFactory(
  plan: RunPlan,
  endpoints: readonly Endpoint[],
  share: SourceShare | null,
  { recorder, wheel, nowUs, loopClock }: TransportParts,
): TransportFactory {
  const config = transportConfig(plan);
  const anySecure = endpoints.some(({ secure }) => secure);
  if (plan.client === 'stompjs') {
    const shared = {
      config,
      recorder,
      nowUs,
      loopClock,
      secureContext: anySecure ? newSecureContext(config.tls) : null,
    };
    return (endpoint, listener) => new StompjsTransport(shared, endpoint, listener);
  }
  const resolver = new Resolver(nowUs);
  const elsewhere = plan.connect.localAddresses === 'auto' ? 'kernel' : 'nobody';
  const sources = share === null ? null : new SourcePorts(share, Math.random, elsewhere);
  const parts = { config, recorder, wheel, resolver, sources, nowUs, loopClock, random: Math.random };
  const shared = nativeShared(parts, anySecure);
  return (endpoint, listener) => new NativeTransport(shared, endpoint, listener);
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
