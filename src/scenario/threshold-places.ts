import type { RunPlan } from '../model/plan.js';
import type { ThresholdPlace, ThresholdPlan } from '../model/thresholds.js';
import { metricNamed } from '../thresholds/lookup.js';
import { pathText, quoted, type Path, type Problem } from './problems.js';
import type { WrittenThreshold } from './threshold-list.js';
import { nearestPlace, nodeAt, placeText, type Tree } from './tree.js';

/** The thresholds of a scenario, each with where it was written. */
export function placedThresholds(written: readonly WrittenThreshold[], tree: Tree): ThresholdPlan[] {
  return written.map((threshold, index) => ({ ...threshold, place: placeAt(tree, textPath(tree, index)) }));
}

function placeAt(tree: Tree, path: Path): ThresholdPlace {
  const { label, position } = nearestPlace(tree, path);
  return position === null ? { file: null, line: 0, column: 0 } : { file: label, ...position };
}

/** Thresholds about what a run of this plan never has: nothing could ever be said to them. */
export function absentThresholds(plan: RunPlan, tree: Tree): Problem[] {
  return plan.thresholds.flatMap(({ metric }, index) => {
    const why = metricNamed(metric)?.absentFrom(plan) ?? null;
    if (why === null) return [];
    const path = textPath(tree, index);
    const node = nodeAt(tree, path);
    return [
      {
        where: placeText(nearestPlace(tree, path), 0),
        path: pathText(path),
        found: node?.kind === 'scalar' && node.text !== null ? quoted(node.text) : null,
        message: `a run of this scenario has no ${metric}: ${why}`,
        hint: 'leave it out, or take another metric',
      },
    ];
  });
}

/** Where in the tree the text of a threshold is. */
function textPath(tree: Tree, index: number): Path {
  const path = ['thresholds', index];
  return nodeAt(tree, path)?.kind === 'map' ? [...path, 'that'] : path;
}
