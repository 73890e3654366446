// Whoever implements it need not know of this room.
export type { RunObserver } from '../metrics/run-observer.js';
