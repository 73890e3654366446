/** What a preflight check came to: `warn` is worth knowing, with `fail` it can't work. */
export type CheckStatus = 'ok' | 'warn' | 'fail';

/** In the order in which they are told. docs/doctor.md has each; a test keeps the two equal. */
export const MACHINE_CHECKS = [
  'node',
  'open-files',
  'broker-open-files',
  'system-open-files',
  'local-ports',
  'source-addresses',
  'time-wait',
  'accept-queue',
  'conntrack',
  'memory',
  'tcp-memory',
  'cores',
  'threads',
  'clock-source',
] as const;

/** In the order in which a connection gets to them. */
export const TARGET_CHECKS = [
  'resolve',
  'tcp',
  'rtt',
  'tls',
  'upgrade',
  'connect',
  'heart-beat',
  'subscribe',
  'receipts',
  'close',
] as const;

export type CheckId = (typeof MACHINE_CHECKS)[number] | (typeof TARGET_CHECKS)[number];

/** One thing that was looked at before a run, about the machine or the target. */
export interface Check {
  readonly id: CheckId;
  readonly status: CheckStatus;
  /** What was found. Of a target: bounded, secrets masked, otherwise raw: escape it. */
  readonly found: string;
  /** The exact command or YAML line that mends it; null where there is nothing to mend. */
  readonly mend: string | null;
}
