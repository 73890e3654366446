import path from 'node:path';
import type { RunPlan } from '../model/plan.js';
import { messageOf, systemCode } from '../shared/errors.js';
import type { Secrets } from '../shared/mask.js';
import { emptyPasscode } from './empty-passcode.js';
import {
  bareUrlDocument,
  flagOverrides,
  remainingFlags,
  targetOverride,
  type BareUrlFlags,
  type BaselineTarget,
  type ScenarioFlags,
} from './flags.js';
import { faultsOfScenario } from './faults-file.js';
import { applyOverrides, readSets } from './overrides.js';
import { inReadingOrder, quoted, ScenarioError, scrubProblem, type Problem } from './problems.js';
import { resolve } from './resolve.js';
import { nameFrom } from './schema.js';
import { secretsIn } from './secret-places.js';
import { substitute, type Variables } from './substitute.js';
import { absentThresholds, placedThresholds } from './threshold-places.js';
import { nearestPlace, nodeAt, placeText, type Tree } from './tree.js';
import { validate } from './validate.js';
import { readYaml } from './yaml-reader.js';

export interface LoadOptions {
  readonly cwd: string;
  /** The environment, for `${VAR}`. */
  readonly variables: Variables;
  /** `connect.connections=2000`: put into the document before it is checked; values are YAML. */
  readonly set: readonly string[];
  /** Flags that act like `set` on the matching paths. They come first, so that a `set` of the same path wins. */
  readonly flags?: ScenarioFlags;
  /** Takes the place of the target, whatever else says what that is. */
  readonly target?: BaselineTarget;
  /** Gets absolute paths, returns the text (UTF-8), and throws where there is none. */
  readonly readFile: (path: string) => string;
}

export interface LoadedScenario {
  readonly plan: RunPlan;
  readonly secrets: Secrets;
}

/** Reads, checks and resolves a scenario file. Throws a ScenarioError with everything that is wrong. */
export function loadScenario(file: string, options: LoadOptions): LoadedScenario {
  const absolute = path.resolve(options.cwd, file);
  const { tree, problems } = readYaml(readScenario(file, absolute, options), {
    label: file,
    positions: true,
  });
  if (tree === undefined) throw new ScenarioError('scenario-invalid', problems);
  return loadDocument(
    { tree, problems, flags: options.flags ?? {}, folder: path.dirname(absolute), name: nameOfFile(file) },
    options,
  );
}

/** The same for a bare URL with flags: the document is made in memory, and goes the same way. */
export function scenarioFromFlags(flags: BareUrlFlags, options: LoadOptions): LoadedScenario {
  const rest = remainingFlags(flags);
  return loadDocument(
    {
      tree: bareUrlDocument(flags),
      problems: rest.problems,
      flags: rest.flags,
      folder: options.cwd,
      name: 'bare-url',
    },
    options,
  );
}

interface Source {
  readonly tree: Tree;
  readonly problems: readonly Problem[];
  readonly flags: ScenarioFlags;
  /** What relative paths in the document start from. */
  readonly folder: string;
  readonly name: string;
}

function loadDocument(source: Source, options: LoadOptions): LoadedScenario {
  const steps: { readonly problems: readonly Problem[] }[] = [source];
  const flags = flagOverrides(source.flags, options.cwd);
  const sets = readSets(options.set);
  const target = options.target === undefined ? [] : [targetOverride(options.target)];
  const overridden = applyOverrides(source.tree, [...flags.overrides, ...sets.overrides, ...target]);
  const { tree, problems: unset } = substitute(overridden.tree, options.variables);
  const ca = readAuthority(tree, source.folder, options);
  const faults = faultsOfScenario(tree, source.folder, options);
  const { scenario, problems: invalid } = validate(tree);
  // What an unset variable leaves empty is not another problem.
  const unsetPaths = new Set(unset.map((problem) => problem.path));
  const consequences = [...invalid, ...emptyPasscode(tree)].filter(
    (problem) => !unsetPaths.has(problem.path),
  );
  steps.push(flags, sets, overridden, { problems: unset }, ca, faults, { problems: consequences });

  const secrets = secretsIn(tree);
  const problems = steps.flatMap((step) => step.problems);
  if (problems.length > 0 || scenario === null) {
    throw new ScenarioError(
      'scenario-invalid',
      problems.map((problem) => scrubProblem(problem, secrets)).sort(inReadingOrder),
    );
  }
  const thresholds = placedThresholds(scenario.thresholds, tree);
  const plan = resolve(scenario, {
    defaultName: source.name,
    caPem: ca.pem,
    faults: faults.plan,
    thresholds,
  });
  const absent = absentThresholds(plan, tree);
  if (absent.length > 0) throw new ScenarioError('scenario-invalid', absent.sort(inReadingOrder));
  return { plan, secrets };
}

function readScenario(file: string, absolute: string, { readFile }: LoadOptions): string {
  try {
    return readFile(absolute);
  } catch (error) {
    const reason = systemCode(error);
    const message =
      reason === 'ENOENT' ? 'there is no such file' : `it cannot be read: ${reason ?? messageOf(error)}`;
    const hint = 'give the path of a scenario file, or a ws:// or wss:// URL';
    throw new ScenarioError('scenario-unreadable', [{ where: file, path: '', found: null, message, hint }], {
      cause: error,
    });
  }
}

/** connect.tls.ca, read now: a run must not find out after ten thousand connections that the file is not there. */
function readAuthority(
  tree: Tree,
  folder: string,
  { readFile }: LoadOptions,
): { readonly pem: string | null; readonly problems: readonly Problem[] } {
  const at = ['connect', 'tls', 'ca'];
  const node = nodeAt(tree, at);
  if (node?.kind !== 'scalar' || node.text === null) return { pem: null, problems: [] };
  const refuse = (message: string, hint: string): { pem: null; problems: Problem[] } => {
    const where = placeText(nearestPlace(tree, at));
    return {
      pem: null,
      problems: [{ where, path: at.join('.'), found: quoted(node.text ?? ''), message, hint }],
    };
  };
  let pem: string;
  try {
    pem = readFile(path.resolve(folder, node.text));
  } catch (error) {
    const reason = systemCode(error) ?? messageOf(error);
    return refuse(`this file cannot be read: ${reason}`, 'write a path relative to the scenario file');
  }
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    return refuse('there is a private key in this file', 'give a file with certificates only');
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    return refuse('this is no PEM file', 'it has to contain -----BEGIN CERTIFICATE-----');
  }
  return { pem, problems: [] };
}

function nameOfFile(file: string): string {
  return nameFrom(path.basename(file).replace(/\.ya?ml$/i, ''));
}
