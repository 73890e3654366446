import path from 'node:path';
import type { FaultsPlan } from '../model/faults.js';
import { messageOf, systemCode } from '../shared/errors.js';
import { readFaults, type FaultsReading } from './faults.js';
import { inReadingOrder, pathText, quoted, ScenarioError } from './problems.js';
import { substitute, type Variables } from './substitute.js';
import { nearestPlace, nodeAt, placeText, type Tree } from './tree.js';
import { readYaml } from './yaml-reader.js';

export interface FaultsOptions {
  /** The environment, for `${VAR}`. */
  readonly variables: Variables;
  /** Gets absolute paths, returns the text (UTF-8), and throws where there is none. */
  readonly readFile: (path: string) => string;
}

/** Where a scenario has the faults of the embedded broker. */
const IN_SCENARIO = ['target', 'embedded', 'faults'];

/** Reads a file of faults. Throws a ScenarioError with everything that is wrong. */
export function loadFaults(file: string, options: FaultsOptions & { readonly cwd: string }): FaultsPlan {
  let text: string;
  try {
    text = options.readFile(path.resolve(options.cwd, file));
  } catch (error) {
    const message = `it cannot be read: ${systemCode(error) ?? messageOf(error)}`;
    const hint = 'give the path of a file with faults (docs/faults.md)';
    throw new ScenarioError('scenario-unreadable', [{ where: file, path: '', found: null, message, hint }], {
      cause: error,
    });
  }
  const { plan, problems } = readText(text, file, options);
  if (plan === null) throw new ScenarioError('scenario-invalid', problems);
  return plan;
}

/** The faults of a scenario's embedded broker: written there, or in a file that is relative to `folder`. */
export function faultsOfScenario(tree: Tree, folder: string, options: FaultsOptions): FaultsReading {
  const node = nodeAt(tree, IN_SCENARIO);
  if (node === undefined || (node.kind === 'scalar' && node.text === null))
    return { plan: null, problems: [] };
  if (node.kind !== 'scalar' || node.text === null) return readFaults(tree, IN_SCENARIO);
  try {
    return readText(options.readFile(path.resolve(folder, node.text)), node.text, options);
  } catch (error) {
    const problem = {
      where: placeText(nearestPlace(tree, IN_SCENARIO)),
      path: pathText(IN_SCENARIO),
      found: quoted(node.text),
      message: `this file cannot be read: ${systemCode(error) ?? messageOf(error)}`,
      hint: 'write a path relative to the scenario file, or the faults themselves',
    };
    return { plan: null, problems: [problem] };
  }
}

function readText(text: string, label: string, { variables }: FaultsOptions): FaultsReading {
  const document = readYaml(text, { label, positions: true, smallest: 'profile: spring' });
  if (document.tree === undefined) return { plan: null, problems: document.problems };
  const { tree, problems: unset } = substitute(document.tree, variables);
  const { plan, problems } = readFaults(tree, []);
  const unsetPaths = new Set(unset.map((problem) => problem.path));
  const consequences = problems.filter((problem) => !unsetPaths.has(problem.path));
  const all = [...document.problems, ...unset, ...consequences].sort(inReadingOrder);
  return { plan: all.length > 0 ? null : plan, problems: all };
}
