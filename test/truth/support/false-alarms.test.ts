import { expect, it } from 'vitest';
import { FalseAlarms } from './false-alarms.js';

const sound = { sound: true, disturbed: false };
const alarm = { sound: false, disturbed: false };

/** After so many runs, of which these were not sound. */
function afterRuns(count: number, isAlarm: (run: number) => boolean): FalseAlarms {
  const alarms = new FalseAlarms();
  for (let run = 0; run < count; run++) alarms.add(isAlarm(run) ? alarm : sound);
  return alarms;
}

it('allows three in a file of twenty runs, whenever they come', () => {
  expect(afterRuns(3, () => true).tooMany).toBe(false);
  expect(afterRuns(20, (run) => run >= 17).tooMany).toBe(false);
  expect(afterRuns(4, () => true).tooMany).toBe(true);
  expect(afterRuns(20, (run) => run % 5 === 0).tooMany).toBe(true);
});

it('allows the same share of more runs', () => {
  expect(afterRuns(100, (run) => run % 10 === 0).tooMany).toBe(false);
  expect(afterRuns(100, (run) => run % 5 === 0).tooMany).toBe(true);
});

it('does not count a run that others disturbed, but what is said in no other', () => {
  const alarms = new FalseAlarms();
  for (let run = 0; run < 50; run++) alarms.add({ sound: false, disturbed: true });
  expect(alarms.tooMany).toBe(false);
  for (let run = 0; run < 4; run++) alarms.add(alarm);
  expect(alarms.told).toBe('4 false alarms in 4 undisturbed runs');
  expect(alarms.tooMany).toBe(true);
});
