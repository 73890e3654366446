import type { RunPlan } from '../model/plan.js';
import type { ThresholdPlan } from '../model/thresholds.js';
import { durationText } from '../shared/units.js';
import { impliedThresholds } from '../thresholds/implied.js';

/** A line for each: what the scenario asks for, and then what is asked for by itself. */
export function describeThresholds(plan: RunPlan): string[] {
  const implied = impliedThresholds(plan).map((threshold) => `${thresholdText(threshold)} (by itself)`);
  return [...plan.thresholds.map(thresholdText), ...implied];
}

function thresholdText({ that, fromMs, windowMs, abort, afterMs }: ThresholdPlan): string {
  const window = windowMs === null ? [] : [`in every window of ${durationText(windowMs)}`];
  const from = fromMs === 0 ? [] : [`from ${durationText(fromMs)} on`];
  const after = afterMs === 0 ? '' : ` after ${durationText(afterMs)} or later`;
  return [that, ...window, ...from, ...(abort ? [`a miss ends the run${after}`] : [])].join(', ');
}
