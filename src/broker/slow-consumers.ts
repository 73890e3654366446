/** Anything that bytes wait for. */
export interface Buffering {
  readonly bufferedBytes: number;
}

/**
 * Whom to cut off when more than `mostBytes` wait for all together: those with the most, until half of it is left,
 * so that it does not have to be done again at once.
 */
export function slowest<T extends Buffering>(consumers: Iterable<T>, mostBytes: number): T[] {
  let totalBytes = 0;
  const waiting: { consumer: T; bytes: number }[] = [];
  for (const consumer of consumers) {
    const bytes = consumer.bufferedBytes;
    if (bytes === 0) continue;
    totalBytes += bytes;
    waiting.push({ consumer, bytes });
  }
  if (totalBytes <= mostBytes) return [];
  waiting.sort((a, b) => b.bytes - a.bytes);
  const chosen: T[] = [];
  for (const { consumer, bytes } of waiting) {
    if (totalBytes <= mostBytes / 2) break;
    chosen.push(consumer);
    totalBytes -= bytes;
  }
  return chosen;
}
