import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { HeldBytes } from '../../../wire/held-bytes.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export interface Memory {
  /** Of everything that is outside of V8's heap and still referred to: buffers. */
  readonly bufferBytes: number;
  readonly heapBytes: number;
}

/** What is left after a garbage collection; buffers are let go of by the one after it. */
export function memoryInUse(): Memory {
  collect();
  collect();
  const { external_memory: bufferBytes, used_heap_size: heapBytes } = getHeapStatistics();
  return { bufferBytes, heapBytes };
}

type Append = (this: HeldBytes, ...range: Parameters<HeldBytes['append']>) => void;

/** The longest buffer that any reader held between two reads while `work` ran. */
export function longestHeldBytes(work: () => void): number {
  const { append } = HeldBytes.prototype as { append: Append };
  let longest = 0;
  HeldBytes.prototype.append = function (this: HeldBytes, source, start, end): void {
    append.call(this, source, start, end);
    longest = Math.max(longest, this.bytes.length);
  };
  try {
    work();
  } finally {
    HeldBytes.prototype.append = append;
  }
  return longest;
}
