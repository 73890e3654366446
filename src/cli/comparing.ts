import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseBaseline, runsOf } from '../baseline/baseline-file.js';
import { compareRuns } from '../baseline/compare.js';
import { refuseOtherScenario } from '../baseline/refuse.js';
import { scenarioFacts } from '../baseline/scenario-facts.js';
import type { Comparison } from '../model/comparison.js';
import type { LoadedScenario } from '../scenario/load.js';
import type { ComparedSides } from '../run/repeat.js';
import type { Env } from '../shared/env.js';
import { messageOf, StompedeError } from '../shared/errors.js';
import { maskPlan, Secrets } from '../shared/mask.js';

/** What runs are held against: how they are compared with it, once they have ended. */
export type Comparing = (sides: ComparedSides) => Comparison;

const CURRENT = 'this run';

/**
 * With the runs that a file holds. Throws before anything is opened: `result-unreadable`, and `not-comparable` where it is of
 * another scenario.
 */
export function comparingWithFile(file: string, { plan, secrets }: LoadedScenario, env: Env): Comparing {
  const held = parseBaseline(read(file, env), file);
  refuseOtherScenario(held.scenario.facts, scenarioFacts(maskPlan(plan, secrets)), file);
  const baseline = runsOf(held);
  const names = { baseline: file, current: CURRENT };
  return ({ current }) => compareRuns({ baseline, current, pairs: false, names });
}

function read(file: string, env: Env): string {
  try {
    return readFileSync(path.resolve(env.cwd, file), 'utf8');
  } catch (error) {
    throw new StompedeError('result-unreadable', `cannot read ${file}: ${messageOf(error)}`, {
      hint: 'stompede baseline update writes one.',
      cause: error,
    });
  }
}

/**
 * With runs against another target that alternate with those against the plan's own. Both are masked by the secrets of both, as
 * their runs are: what is a secret of one target only must not make two scenarios of one. Throws `not-comparable`.
 */
export function comparingWithTarget(
  ofBaseline: LoadedScenario,
  { plan, secrets }: LoadedScenario,
): Comparing {
  const both = new Secrets([...ofBaseline.secrets.values, ...secrets.values]);
  const masked = maskPlan(ofBaseline.plan, both);
  const name = masked.target.urls.join(', ');
  refuseOtherScenario(scenarioFacts(masked), scenarioFacts(maskPlan(plan, both)), name);
  const names = { baseline: name, current: CURRENT };
  return ({ current, baseline }) => compareRuns({ baseline, current, pairs: true, names });
}
