/** stompede as a library: load a scenario, run it, render its result. */
export { loadScenario, scenarioFromFlags, type LoadOptions, type LoadedScenario } from './scenario/load.js';
export { run, type RunEnd, type RunOptions } from './run/run.js';
export { rebuildResult } from './run/rebuild.js';
export type { Progress, RunStage } from './run/progress.js';
export { renderHtml } from './report/html.js';
export { renderJson } from './report/json.js';
export { renderText, type TextOptions } from './report/text.js';
export { parseResult } from './report/parse.js';
export { realEnv, type Env } from './shared/env.js';
export { StompedeError, type ErrorCode } from './shared/errors.js';
export { EXIT, type ExitCode } from './shared/exit-codes.js';
export type * from './model/plan.js';
export type * from './model/result.js';
export { FAILURE_KINDS, type FailureKind, type Side } from './model/failures.js';
export { PHASES, STAGES, type Phase, type Stage } from './model/phases.js';
