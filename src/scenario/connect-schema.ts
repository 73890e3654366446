import { list, optionalList, refuseRepeated, rules, section, entry } from './section.js';
import { httpHeaders, stompHeaders } from './headers.js';
import { localAddresses } from './local-addresses.js';
import { duration, rate, wholeNumber } from './quantities.js';
import { choice, flag, frameSafe, lineSafe, text } from './texts.js';
import type { Fault } from './field.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const MAX_CONNECTIONS = 10_000_000;

/** Headers of CONNECT that other keys set (STOMP 1.2, "CONNECT or STOMP Frame"). */
const CONNECT_HEADERS = new Map([
  ['accept-version', 'stomp.versions'],
  ['host', 'stomp.host'],
  ['login', 'stomp.login'],
  ['passcode', 'stomp.passcode'],
  ['heart-beat', 'stomp.heartbeat'],
]);

export const stompSection = section(
  {
    host: text({ description: 'The `host` header: the virtual host. RabbitMQ has `/`.' }, frameSafe).prefault(
      '/',
    ),
    login: text(
      { description: 'The `login` header. Without it, or empty, none is sent.' },
      lineSafe,
    ).nullish(),
    passcode: text(
      {
        description:
          'The `passcode` header, a secret: write `"${PASSCODE}"` and set it in the environment. Without it, or empty, none is sent; one that a variable leaves empty beside a login is a problem, unless that is written as `${PASSCODE:-}`.',
      },
      lineSafe,
    ).nullish(),
    versions: list(choice(['1.2', '1.1', '1.0'], { description: 'A version of STOMP.' }), ['1.2', '1.1'], {
      description: 'What `accept-version` offers, best first.',
      minItems: 1,
    }).check(refuseRepeated),
    heartbeat: section(
      {
        send: duration(0, HOUR_MS, {
          description: 'How often we can send one; `0` for never.',
        }).prefault('10s'),
        receive: duration(0, HOUR_MS, {
          description: 'How often we want to get one; `0` for never.',
        }).prefault('10s'),
      },
      {
        description:
          'What is asked for; the slower of the two sides decides, as STOMP 1.2 says. RabbitMQ drops a silent subscriber after 60 s.',
      },
    ),
    headers: stompHeaders(CONNECT_HEADERS, { description: 'Further headers of the CONNECT frame.' }),
  },
  { description: 'The CONNECT frame.' },
);

interface Stage {
  readonly rate?: number | undefined;
  readonly to?: number | undefined;
}

const stage = entry({
  rate: rate({ description: 'A constant rate of arrivals.' }).optional(),
  to: rate({
    description:
      'A ramp, from the rate where the stage before it ended (the first one: from zero) to this one.',
  }).optional(),
  for: duration(1, 7 * DAY_MS, { description: 'How long this stage lasts.' }),
}).superRefine(
  ...rules<Stage>({
    fails: (value) => (value.rate === undefined) === (value.to === undefined),
    path: [],
    message: 'a stage has either rate or to',
    hint: 'write { rate: 100/s, for: 10s } or { to: 1000/s, for: 30s }',
  }),
);

/** RFC 6455 §4.1 with RFC 9110 §5.6.2. */
function subprotocol(value: string): Fault | undefined {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value)) return undefined;
  return { fault: 'this is no name of a subprotocol', hint: 'write e.g. v12.stomp' };
}

interface Connect {
  readonly rate?: number | undefined;
  readonly stages?: readonly unknown[] | undefined;
}

export const connectSection = section(
  {
    connections: wholeNumber(1, MAX_CONNECTIONS, {
      description: 'How many connections go through the whole cycle.',
    }).prefault('100'),
    rate: rate({
      description:
        'Arrivals: how many connections are started each second. `100/s` where there are no `stages`.',
    }).optional(),
    stages: optionalList(stage, {
      description:
        'Arrivals that change over time, instead of `rate`. The last stage goes on at its last rate until all connections have been started.',
      minItems: 1,
    }),
    inFlight: wholeNumber(1, MAX_CONNECTIONS, {
      description:
        'The most connections that may be under way at once, between their start and their first message. Arrivals beyond it wait, and count as late.',
    }).prefault('2000'),
    headers: httpHeaders({ description: 'Further headers of the HTTP upgrade request, such as `Origin`.' }),
    subprotocols: list(
      text({ description: 'A WebSocket subprotocol.' }, subprotocol),
      ['v12.stomp', 'v11.stomp', 'v10.stomp'],
      { description: 'What `Sec-WebSocket-Protocol` offers, best first; `[]` for no such header.' },
    ).check(refuseRepeated),
    localAddresses,
    tls: section(
      {
        ca: text({
          description:
            'A PEM file with the authority that signed the server’s certificate. Relative to the scenario file.',
        }).nullish(),
        insecure: flag({
          description: 'Take every certificate. Only for a test server: nothing proves who answers.',
        }).prefault('false'),
        servername: text(
          { description: 'The name asked for (SNI) and checked, where it is not the host of the URL.' },
          frameSafe,
        ).nullish(),
      },
      { description: 'For `wss://` targets.' },
    ),
    permessageDeflate: flag({
      description: 'Offer compression (RFC 7692). Only with `client: stompjs`.',
    }).prefault('false'),
  },
  { description: 'How many connections, how fast, and their HTTP upgrade.' },
).superRefine(
  ...rules<Connect>({
    fails: (value) => value.rate !== undefined && value.stages !== undefined,
    path: ['stages'],
    message: 'there is a rate as well as stages',
    hint: 'keep one of connect.rate and connect.stages',
  }),
);
