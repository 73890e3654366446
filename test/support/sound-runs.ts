import type { RunResult } from '../../src/model/result.js';
import { EXIT } from '../../src/shared/exit-codes.js';
import { type CliOptions, type Ended, runToEnd, type Scenario } from './cli.js';

/** As often is a run tried before its test has to do with an unsound one. */
const TRIES = 3;

/**
 * Runs again what this machine was too busy for: of a run whose generator was not sound, or whose thresholds lie within
 * the instrument's own error, exit code 6 is the right one, and nothing else can be told. A result of null is of a run
 * that left none, and is not tried again.
 *
 * @param isSound what counts as sound: as a rule what did not end with 6
 */
export async function soundly<T extends { readonly result: RunResult | null }>(
  attempt: () => Promise<T>,
  isSound = couldBeTold,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    const ended = await attempt();
    if (ended.result === null || isSound(ended.result) || tried === TRIES) return ended;
  }
}

/** Of several runs the outcome is that of all. */
function couldBeTold({ outcome, generator, verdict }: RunResult): boolean {
  return outcome !== 'invalid' && generator.verdict !== 'invalid' && verdict.exitCode !== EXIT.unsound;
}

/** runToEnd, by a sound generator. */
export function soundRun(
  scenario: Scenario | string,
  args: readonly string[] = [],
  options: CliOptions & { readonly timeoutMs?: number } = {},
): Promise<Ended> {
  return soundly(() => runToEnd(scenario, args, options));
}
