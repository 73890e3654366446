import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AnswersInTurn } from './answers-in-turn.js';
import { Relay } from './relay.js';

let answers: AnswersInTurn;
let given: string[];
const brake = { holdBack: vi.fn(), resume: vi.fn() };

/** Without links a relay confirms in the next round of the event loop. */
const nextRound = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  vi.clearAllMocks();
  answers = new AnswersInTurn(new Relay(0), brake);
  given = [];
});

function answer(command: string, isAsked = true): void {
  const ofThisTest = given;
  answers.answer(command, isAsked, () => ofThisTest.push(command));
}

describe('answers in turn', () => {
  it('are given at once while nothing that was published waits to be confirmed', () => {
    answer('SUBSCRIBE');
    answer('SEND', false);
    answer('UNSUBSCRIBE');
    expect(given).toEqual(['SUBSCRIBE', 'SEND', 'UNSUBSCRIBE']);
  });

  it.each(['SEND', 'COMMIT'])('wait for the confirmation of a %s before them', async (command) => {
    answer(command);
    answer('SUBSCRIBE');
    answers.fail(() => given.push('ERROR'));
    expect(given).toEqual([]);
    expect(answers.isLast).toBe(true);
    await nextRound();
    expect(given).toEqual([command, 'SUBSCRIBE', 'ERROR']);
  });

  it('are the last with a DISCONNECT', () => {
    answer('SEND');
    expect(answers.isLast).toBe(false);
    answer('DISCONNECT');
    expect(answers.isLast).toBe(true);
  });

  it('hold the client back when too many wait, until those are given', async () => {
    for (let i = 0; i < 999; i++) answer('SEND');
    expect(brake.holdBack).not.toHaveBeenCalled();
    answer('SEND');
    expect(brake.holdBack).toHaveBeenCalledTimes(1);
    expect(brake.resume).not.toHaveBeenCalled();
    await nextRound();
    expect(given).toHaveLength(1000);
    expect(brake.resume).toHaveBeenCalledTimes(1);
  });
});
