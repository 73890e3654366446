import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import type * as Clock from '../src/shared/clock.js';
import { undoLater } from './support/undo.js';

// The compiled one: threads and processes load the file that a run's workers load. `npm test` builds first.
const compiled = new URL('../dist/src/shared/clock.js', import.meta.url).href;
const { nowUs } = (await import(compiled)) as typeof Clock;

/** When a question came to the other side and when it was answered there, by the clock of that side. */
interface Answer {
  readonly cameUs: number;
  readonly answeredUs: number;
}

/** Somebody with a clock of its own. */
interface Peer {
  readonly ask: () => Promise<Answer>;
}

const ANSWERING = `
  const { parentPort } = await import('node:worker_threads');
  const { nowUs } = await import(${JSON.stringify(compiled)});
  parentPort.on('message', () => {
    const cameUs = nowUs();
    parentPort.postMessage({ cameUs, answeredUs: nowUs() });
  });
  parentPort.postMessage('ready');
`;

const PROCESS = `
  const { nowUs } = await import(${JSON.stringify(compiled)});
  process.on('message', () => {
    const cameUs = nowUs();
    process.send({ cameUs, answeredUs: nowUs() });
  });
  process.send('ready');
`;

/** A process as a run's: it passes on what its thread says. */
const PROCESS_WITH_THREAD = `
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(${JSON.stringify(threadOf(ANSWERING))}, { eval: true });
  process.on('message', () => worker.postMessage('now?'));
  worker.on('message', (message) => process.send(message));
`;

function threadOf(code: string): string {
  return `(async () => {${code}})();`;
}

async function thread(): Promise<Peer> {
  const worker = new Worker(threadOf(ANSWERING), { eval: true });
  undoLater(() => worker.terminate());
  await once(worker, 'message');
  return {
    ask: async () => {
      const answer = once(worker, 'message');
      worker.postMessage('now?');
      return ((await answer) as [Answer])[0];
    },
  };
}

async function childProcess(code: string): Promise<Peer> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  undoLater(() => child.kill('SIGKILL'));
  await once(child, 'message');
  return {
    ask: async () => {
      const answer = once(child, 'message');
      child.send('now?');
      return ((await answer) as [Answer])[0];
    },
  };
}

const MAX_OFFSET_US = 1000;
/** Far more than it takes: a busy machine makes single exchanges slow, and the bounds are those of the best ones. */
const MAX_EXCHANGES = 20_000;

/**
 * Between which two values the other clock's lead over ours lies, microseconds. Nothing comes before it was sent, so
 * that each exchange bounds it from both sides (RFC 5905 section 8 takes the middle of the two): what is left between
 * is the time on the way, and no property of the clocks.
 */
async function offsetBounds({ ask }: Peer): Promise<readonly [number, number]> {
  let least = -Infinity;
  let most = Infinity;
  for (let n = 0; n < MAX_EXCHANGES && (least < -MAX_OFFSET_US || most > MAX_OFFSET_US); n++) {
    const askedUs = nowUs();
    const { cameUs, answeredUs } = await ask();
    const heardUs = nowUs();
    most = Math.min(most, cameUs - askedUs);
    least = Math.max(least, answeredUs - heardUs);
  }
  return [least, most];
}

it.each([
  ['a thread', thread],
  ['a child process', () => childProcess(PROCESS)],
  ['a thread of a child process', () => childProcess(PROCESS_WITH_THREAD)],
])('%s has the same monotonic clock as we, to less than a millisecond', async (_, start) => {
  const peers = await Promise.all([start(), start()]);
  for (const peer of peers) {
    const [least, most] = await offsetBounds(peer);
    expect(least).toBeGreaterThan(-MAX_OFFSET_US);
    expect(most).toBeLessThan(MAX_OFFSET_US);
    // Bounds that exclude each other would be of a clock that jumps.
    expect(least).toBeLessThanOrEqual(most);
  }
});
