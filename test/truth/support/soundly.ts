import type { RunResult } from '../../../src/model/result.js';
import type { FalseAlarms } from './false-alarms.js';
import { OTHERS_BUSY, busyWithOthers } from './trial.js';

const ATTEMPTS = 3;

/**
 * The same run again where the generator says that it was not well: others may use this machine too, and then it is right.
 * What it says in vain is printed.
 *
 * @param alarms counts it too, over the runs of a file; throws when they are too many for a machine that nobody else used
 */
export async function soundly<T extends { readonly result: RunResult }>(
  run: () => Promise<T>,
  alarms?: FalseAlarms,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const before = alarms === undefined ? 0 : await busyWithOthers();
    const ended = await run();
    const { generator, findings } = ended.result;
    const sound = generator.verdict === 'sound';
    if (alarms !== undefined) {
      const busy = sound ? before : Math.max(before, await busyWithOthers());
      alarms.add({ sound, disturbed: busy > OTHERS_BUSY });
      if (alarms.tooMany) throw new Error(`The generator is not to be believed: ${alarms.told}.`);
    }
    if (sound || attempt === ATTEMPTS) return ended;
    const own = findings.filter(({ about }) => about === 'generator');
    process.stdout.write(
      `once more: ${own.map(({ kind, evidence }) => `${kind}: ${evidence.text}`).join('; ')}\n`,
    );
  }
}
