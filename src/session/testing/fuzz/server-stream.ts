import type { RawFrame } from '../../../wire/testing/raw.js';
import type { SubscriptionSpec } from '../../subscription.js';
import { mutateBytes } from './byte-mutations.js';
import type { FuzzRandom } from './random.js';
import { sessionScript, type Step } from './session-script.js';
import { mutateSteps } from './stomp-mutations.js';
import { goodAnswer, mutatedAnswer } from './upgrade-answers.js';
import { encodePiece, halves, mutatePieces, type Piece } from './wire-mutations.js';

/** Everything that one server sends to one client, decided beforehand by a seed. */
export interface ServerStream {
  readonly subscriptions: readonly SubscriptionSpec[];
  /** Nothing is wrong in it, however it is cut: the client has to be complete. */
  readonly valid: boolean;
  /** The bytes in the reads in which they come; the client is told to leave before the one at `leaveAt`. */
  readonly reads: (accept: string) => { readonly chunks: readonly Buffer[]; readonly leaveAt: number };
  /** What comes of TCP after the last byte. */
  readonly ending: 'end' | 'reset' | 'silence';
}

/** No read is longer than the native client's buffer. */
const MAX_READ_BYTES = 64 * 1024;

const LEVELS = [
  'none',
  'stomp',
  'stomp',
  'stomp',
  'wire',
  'wire',
  'wire',
  'upgrade',
  'bytes',
  'bytes',
  'bytes',
] as const;

export function serverStream(random: FuzzRandom, run: number): ServerStream {
  const script = sessionScript(random, run);
  const level = random.pick(LEVELS);
  const valid = level === 'none';
  const steps = level === 'stomp' ? mutateSteps(script.steps, random) : script.steps;
  const before = framed(steps.slice(0, script.leaveAt), random);
  const after = framed(steps.slice(script.leaveAt), random);
  const pieces = (part: readonly Piece[]): Buffer =>
    Buffer.concat((level === 'wire' ? mutatePieces(part, random) : part).map(encodePiece));
  const [first, second] = [pieces(before), pieces(after)];
  return {
    subscriptions: script.subscriptions,
    valid,
    ending: valid ? 'end' : random.pick(['end', 'end', 'reset', 'silence']),
    reads: (accept) => {
      const answer =
        level === 'upgrade' ? mutatedAnswer(accept, random) : Buffer.from(goodAnswer(accept), 'latin1');
      const start = Buffer.concat([answer, first]);
      // The same damage, as seen by a client that leaves early or late.
      const damaged = level === 'bytes' || (!valid && random.chance(0.2));
      const [one, two] = damaged ? damage(start, second, random) : [start, second];
      const chunks = cut(one, random);
      const all = [...chunks, ...cut(two, random)];
      const stopped = !valid && random.chance(0.2);
      return { chunks: stopped ? all.slice(0, random.below(all.length)) : all, leaveAt: chunks.length };
    },
  };
}

function damage(first: Buffer, second: Buffer, random: FuzzRandom): readonly [Buffer, Buffer] {
  if (random.chance(0.7)) return [mutateBytes(first, random), second];
  return [first, mutateBytes(second, random)];
}

/** STOMP frames in WebSocket messages: one in each, several in one, or one in several, some of them in fragments. */
function framed(steps: readonly Step[], random: FuzzRandom): readonly Piece[] {
  const pieces: RawFrame[] = [];
  let gathered = Buffer.alloc(0);
  const flush = (): void => {
    if (gathered.length === 0) return;
    pieces.push(...fragmented({ opcode: 1, payload: gathered }, random));
    gathered = Buffer.alloc(0);
  };
  for (const step of steps) {
    if (step.type === 'control') {
      flush();
      pieces.push({ opcode: step.opcode, payload: step.payload });
      continue;
    }
    const lines = [step.command, ...step.headers.map(([name, value]) => `${name}:${value}`)];
    const head = step.command === '' ? '' : `${lines.join(step.lineEnd)}${step.lineEnd}${step.lineEnd}`;
    gathered = Buffer.concat([gathered, Buffer.from(head), step.body, Buffer.from(step.end)]);
    if (random.chance(0.15)) {
      const at = random.below(gathered.length + 1);
      pieces.push({ opcode: 1, payload: gathered.subarray(0, at) });
      gathered = gathered.subarray(at);
    }
    if (random.chance(0.7)) flush();
  }
  flush();
  return pieces;
}

function fragmented(frame: RawFrame, random: FuzzRandom): readonly RawFrame[] {
  return random.chance(0.15) ? halves(frame, random) : [frame];
}

/** Byte by byte, in one piece, or anything between. */
function cut(bytes: Buffer, random: FuzzRandom): readonly Buffer[] {
  const longest = random.pick([1, 3, 40, 700, MAX_READ_BYTES, MAX_READ_BYTES]);
  const chunks: Buffer[] = [];
  // A long stream byte by byte would only take time.
  const atMost = bytes.length > 4000 ? Math.max(longest, 200) : longest;
  for (let at = 0; at < bytes.length;) {
    const length = Math.min(bytes.length - at, 1 + random.below(atMost));
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}
