/** Where things are in a repository that `stompede init` has been in; relative to its root. */
export const SCENARIO_FILE = 'perf/stompede.yaml';
/** Beside the scenario, as action.yml looks for it. */
export const BASELINE_FILE = 'perf/baseline.json';
/** The composite action, as the workflow uses it. */
export const ACTION_FOLDER = '.github/actions/stompede';
/** Of pipelines that have no folder of their own for it: what a run writes, and a copy of the newest. */
export const RUNS_FOLDER = 'stompede-runs';
export const REPORT_FOLDER = 'stompede-report';
