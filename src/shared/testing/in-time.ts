import { vi } from 'vitest';

/**
 * Waits until `look` no longer throws, and answers with what it then returns. A busy machine may take seconds for what takes
 * a moment, so there is more time than vitest gives by itself.
 */
export function inTime<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 15_000, interval: 5 });
}
