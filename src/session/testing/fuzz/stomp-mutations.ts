import type { FuzzRandom } from './random.js';
import type { Step, StompStep } from './session-script.js';

type Mutation = (step: StompStep, random: FuzzRandom) => StompStep;

/** What no client should have to read, at the level of STOMP frames. */
const MUTATIONS: readonly Mutation[] = [
  (step, random) => ({ ...step, command: 'ERROR', body: random.bytes(random.below(40)) }),
  (step) => ({ ...step, end: '' }),
  (step) => ({ ...step, end: '\0\0\0' }),
  (step, random) => ({ ...step, end: random.pick(['\0\r', '\0\r\r\n', '\0 ', '\0\n\r\n']) }),
  (step, random) => ({ ...step, command: random.pick(COMMANDS) }),
  (step, random) => ({ ...step, lineEnd: random.pick(['\r', '\n\r', '\r\r\n', '\0', '']) }),
  (step, random) => withHeader(step, ['content-length', random.pick(LENGTHS)], true),
  (step, random) => {
    const off = String(step.body.length + random.pick([-1, 1, 2, 100, 100_000]));
    return withHeader(step, ['content-length', off], true);
  },
  (step, random) => withHeader(step, random.pick(HEADERS), random.chance(0.7)),
  (step, random) => {
    const many = Array.from({ length: 200 + random.below(200) }, (_, i) => [`h${i}`, 'x'] as const);
    return { ...step, headers: [...step.headers, ...many] };
  },
  (step, random) => withHeader(step, ['huge', 'h'.repeat(1000 + random.below(40_000))], random.chance(0.5)),
  (step, random) => withHeader(step, ['h'.repeat(20_000), 'x'], random.chance(0.5)),
  (step, random) => ({ ...step, body: random.bytes(random.below(300)) }),
  (step, random) => ({ ...step, body: Buffer.alloc(random.below(20_000), 'b') }),
  (step) => ({ ...step, body: Buffer.concat([step.body, Buffer.from('\0more')]) }),
  (step, random) => ({ ...step, headers: step.headers.filter(() => random.chance(0.5)) }),
  (step, random) => {
    // A stamp with a byte changed.
    const body = Buffer.from(step.body);
    if (body.length > 0) body[random.below(body.length)] = random.below(256);
    return { ...step, body };
  },
];

const COMMANDS = [
  'ERROR',
  'ERROR',
  'CONNECTED',
  'MESSAGE',
  'RECEIPT',
  'message',
  'SEND',
  'MESSAGEX',
  '',
  'é',
  '\0',
  'M',
];

const LENGTHS = [
  '-1',
  '9007199254740992',
  '18446744073709551616',
  '1e3',
  '0x10',
  ' 5',
  '',
  'NaN',
  '4294967295',
  '0',
];

const HEADERS: readonly (readonly [string, string])[] = [
  ['version', '9.9'],
  ['version', '1.2,1.1'],
  ['heart-beat', '1,1'],
  ['heart-beat', '-1,-1'],
  ['heart-beat', '99999999999999999999,99999999999999999999'],
  ['heart-beat', 'a,b,c'],
  ['heart-beat', '0,50'],
  ['server', '\u001b[2J'.repeat(500)],
  ['subscription', '__proto__'],
  ['subscription', 'constructor'],
  ['subscription', 'sub-1e0'],
  ['receipt-id', 'toString'],
  ['receipt-id', 's0'],
  ['receipt-id', 'bye'],
  ['receipt-id', 'u0'],
  ['message-id', 'a\r\nb'],
  ['ack', '\\x'],
  ['ack', 'a\\'],
  ['ack', 'x'.repeat(10_000)],
  ['message', 'no\\c\\n\\\\way'],
  ['\\', 'x'],
  ['', 'x'],
  [' ', ' '],
];

/** One to three frames changed, dropped, repeated or moved. The place at which the client is told to leave stays. */
export function mutateSteps(steps: readonly Step[], random: FuzzRandom): readonly Step[] {
  const mutated = [...steps];
  for (let n = 1 + random.below(3); n > 0; n--) {
    const at = random.below(mutated.length);
    const step = mutated[at];
    if (step === undefined) return mutated;
    const kind = random.below(8);
    if (kind === 0) mutated.splice(at, 1);
    else if (kind === 1) mutated.splice(random.below(mutated.length), 0, step);
    else if (step.type === 'stomp') mutated[at] = random.pick(MUTATIONS)(step, random);
  }
  return mutated;
}

function withHeader(step: StompStep, header: readonly [string, string], first: boolean): StompStep {
  return { ...step, headers: first ? [header, ...step.headers] : [...step.headers, header] };
}
