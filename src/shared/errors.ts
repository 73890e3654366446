import { EXIT, type ExitCode } from './exit-codes.js';

/** The closed list of errors that stompede itself raises. A failure of the target is never one of these: it is data. */
export type ErrorCode =
  | 'usage'
  | 'scenario-unreadable'
  | 'scenario-invalid'
  | 'output-unwritable'
  | 'machine-too-small'
  | 'result-unreadable'
  | 'not-comparable'
  | 'broker-failed'
  | 'internal';

const EXIT_OF: Record<ErrorCode, ExitCode> = {
  usage: EXIT.usage,
  'scenario-unreadable': EXIT.usage,
  'scenario-invalid': EXIT.usage,
  'output-unwritable': EXIT.usage,
  'machine-too-small': EXIT.machine,
  'result-unreadable': EXIT.usage,
  'not-comparable': EXIT.usage,
  'broker-failed': EXIT.ownFault,
  internal: EXIT.ownFault,
};

/** An error with a stable code, an exit code and, where there is one, the way to mend it. Only cli/main.ts prints it. */
export class StompedeError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StompedeError';
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): ExitCode {
    return EXIT_OF[this.code];
  }
}

/** The system's error code (`ECONNREFUSED`, `ENOSPC`, …) of anything thrown, if it carries one. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
