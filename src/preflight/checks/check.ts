import type { Check, CheckId } from '../../model/check.js';

export function ok(id: CheckId, found: string): Check {
  return { id, status: 'ok', found, mend: null };
}

export function warn(id: CheckId, found: string, mend: string | null): Check {
  return { id, status: 'warn', found, mend };
}

export function fail(id: CheckId, found: string, mend: string): Check {
  return { id, status: 'fail', found, mend };
}

/** What runs the command that a limit of this shell's processes needs; the limit stays for what it starts. */
export function raiseOpenFiles(to: number, ceiling: number | null): string {
  const raise = `sudo prlimit --nofile=${to}:${to} --pid $$`;
  return ceiling !== null && to > ceiling ? `sudo sysctl -w fs.nr_open=${to} && ${raise}` : raise;
}

/** A round figure that is at least as large: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value) ?? value;
}
