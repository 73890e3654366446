/** What a preflight check came to: `warn` is worth knowing, with `fail` it can't work. */
export type CheckStatus = 'ok' | 'warn' | 'fail';

/** One thing that was looked at before a run, about the machine or the target. */
export interface Check {
  /** Stable, in kebab-case (docs/doctor.md). */
  readonly id: string;
  readonly status: CheckStatus;
  /** What was found. Of a target: bounded, secrets masked, otherwise raw: escape it. */
  readonly found: string;
  /** The exact command or YAML line that mends it; null where there is nothing to mend. */
  readonly mend: string | null;
}
