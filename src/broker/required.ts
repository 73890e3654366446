import type { Frame } from './frame.js';
import { Violation } from './violation.js';

/** A header that the command cannot do without. Throws a Violation when it is missing. */
export function required(frame: Frame, name: string): string {
  const value = frame.headers.get(name);
  if (value === undefined) throw new Violation(`${frame.command} without the header ${name}`);
  return value;
}
