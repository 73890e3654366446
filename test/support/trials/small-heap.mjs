// Preloaded by a trial of the generator (NODE_OPTIONS=--import): worker threads that are made after this have a heap of
// their own of this size, the thread that makes them keeps the heap that it has.
import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) setFlagsFromString(`--max-old-space-size=${process.env.TRIAL_HEAP_MB}`);
