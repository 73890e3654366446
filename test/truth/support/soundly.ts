import type { RunResult } from '../../../src/model/result.js';
import * as soundRuns from '../../support/sound-runs.js';
import type { FalseAlarms } from './false-alarms.js';
import { OTHERS_BUSY, busyWithOthers } from './trial.js';

/**
 * The same run again where the generator has any doubt of itself: others may use this machine too, and then it is right.
 * What it says in vain is printed.
 *
 * @param alarms counts it too, over the runs of a file; throws when they are too many for a machine that nobody else used
 */
export function soundly<T extends { readonly result: RunResult }>(
  run: () => Promise<T>,
  alarms?: FalseAlarms,
): Promise<T> {
  return soundRuns.soundly(alarms === undefined ? run : () => counted(run, alarms), isSound);
}

function isSound({ generator, findings }: RunResult): boolean {
  if (generator.verdict === 'sound') return true;
  const own = findings.filter(({ about }) => about === 'generator');
  process.stdout.write(
    `${generator.verdict}: ${own.map(({ kind, evidence }) => `${kind}: ${evidence.text}`).join('; ')}\n`,
  );
  return false;
}

async function counted<T extends { readonly result: RunResult }>(
  run: () => Promise<T>,
  alarms: FalseAlarms,
): Promise<T> {
  const before = await busyWithOthers();
  const ended = await run();
  const sound = ended.result.generator.verdict === 'sound';
  const busy = sound ? before : Math.max(before, await busyWithOthers());
  alarms.add({ sound, disturbed: busy > OTHERS_BUSY });
  if (alarms.tooMany) throw new Error(`The generator is not to be believed: ${alarms.told}.`);
  return ended;
}
