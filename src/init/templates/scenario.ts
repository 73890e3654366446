import { literalInYaml, variableInYaml } from '../yaml-text.js';

export interface ScenarioAnswers {
  /** Where to connect unless the environment says otherwise; null: the embedded broker. */
  readonly url: string | null;
  /** A template; null: one of the run's own. */
  readonly destination: string | null;
  /** null: guest, as everybody may be on the embedded broker. */
  readonly login: string | null;
}

/** Where nothing else is said, a run talks only to itself, and to no other run. */
const OWN_DESTINATION = '/topic/stompede.{{ run }}';

/**
 * A scenario to begin with: small enough for a CI machine, with as many samples as its own thresholds ask for, and a
 * comment for whatever is worth knowing.
 */
export function scenarioTemplate({ url, destination, login }: ScenarioAnswers): string {
  const to = literalInYaml(destination ?? OWN_DESTINATION);
  return `# A load test of STOMP over WebSocket, small enough to be run for every change. It takes about 20 seconds.
#
#   npx stompede validate perf/stompede.yaml       shows what it comes to; no socket is opened
#   npx stompede doctor perf/stompede.yaml         does it fit this machine, does the target answer
#   npx stompede run perf/stompede.yaml            runs it, and writes reports/latest/report.html
#
# What is not written here has a default. Everything below can be changed for one run: --set connect.connections=1000

name: stompede

# Where to connect: the variable TARGET, and without it ${url === null ? 'a broker that stompede starts by itself' : 'this one'}.
target: ${variableInYaml('TARGET', url ?? 'embedded')}

stomp:
  login: ${literalInYaml(login ?? 'guest')}
  # A secret: it comes from the environment, and is in no report, log or result.
  passcode: ${login === null ? '${PASS:-guest}' : '${PASS}'}
  # Both sides send something at least every ten seconds, or the other one takes the connection for dead.
  heartbeat: { send: 10s, receive: 10s }

# 400 connections, 100 of them started each second, whether the target keeps up or not. A p99 can't be told from fewer
# than 299 samples, so this is nearly the least for the thresholds below.
connect:
  connections: 400
  rate: 100/s

# Every connection subscribes ...
subscribe:
  - destination: ${to}
    # A RECEIPT or the first message, whichever comes first, proves that the subscription is live.
    confirm: auto

# ... and one further connection publishes five messages a second to all of them: 2,000 deliveries a second, each of
# them timed and accounted for.
publish:
  - destination: ${to}
    rate: 5/s
    size: 200B

# When the last connection has had its first message, all of them stay for ten seconds, and leave in order.
hold: 10s
disconnect:
  rate: 200/s

# What has to hold: if it does not, the run ends with exit code 5, and the job is red. \`npx stompede validate --metrics\`
# lists everything that can be asked for. Begin with what your users would notice, and let a baseline see small changes.
thresholds:
  # Every connection went through the whole cycle, and every message arrived. (Without these two lines it is asked, too.)
  - connections.complete == 100%
  - deliveries.lost == 0
  # 99 of 100 logins took less than that.
  - phases.connect.p99 < 500ms
  # Of all deliveries, and of those in every five seconds by themselves: a short stall does not drown in a long run.
  - deliveries.latency.p99 < 500ms
  - { that: deliveries.latency.p99 < 1s, from: 4s, window: 5s }
  # Ends the run early, reports included, when it makes no sense to go on.
  - { that: connections.failed < 20%, abort: true, after: 5s }
`;
}
