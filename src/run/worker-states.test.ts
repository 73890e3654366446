import { expect, it } from 'vitest';
import { SILENCE_US, WorkerStates } from './worker-states.js';

/** Whether it has come by now: everything that was due has had its turn. */
async function hasCome(moment: Promise<void>): Promise<boolean> {
  let come = false;
  void moment.then(() => (come = true));
  await new Promise(setImmediate);
  return come;
}

it('all are ready when each is, or is lost', async () => {
  const workers = new WorkerStates(3, 0);
  workers.ready(0);
  workers.lost(2, 'killed');
  expect(await hasCome(workers.allReady)).toBe(false);
  workers.ready(1);
  expect(await hasCome(workers.allReady)).toBe(true);
  expect(await hasCome(workers.allSettled)).toBe(false);
});

it('who is done has nothing left to settle or to send', async () => {
  const workers = new WorkerStates(1, 0);
  workers.done(0);
  expect(await hasCome(workers.allSettled)).toBe(true);
  expect(workers.quietUs).not.toBeNull();
  expect(workers.isAtWork(0)).toBe(false);
});

it('all are quiet since the last said so', () => {
  const workers = new WorkerStates(3, 0);
  workers.quiet(1, 500);
  workers.lost(2, 'killed');
  expect(workers.quietUs).toBeNull();
  workers.quiet(0, 700);
  expect(workers.quietUs).toBe(700);
});

it('silence counts from the last word, and only of those at work', () => {
  const workers = new WorkerStates(3, 0);
  workers.heard(1, 10);
  workers.done(2);
  expect(workers.silentAt(SILENCE_US)).toEqual([0]);
  workers.lost(0, 'no word from it');
  expect(workers.silentAt(SILENCE_US + 10)).toEqual([1]);
  expect(workers.lostReasons).toEqual(['worker 0: no word from it']);
});

it('no silence is theirs while nobody could listen', () => {
  const workers = new WorkerStates(2, 0);
  workers.forgiveSilence(SILENCE_US);
  expect(workers.silentAt(SILENCE_US + 1)).toEqual([]);
});
