import { expect, it } from 'vitest';
import { tcpHandles } from './tcp-handle.js';

// A Node that has changed them falls back to net by itself: here somebody has to hear of it.
it('has the shape that is expected, in this Node', () => {
  expect(tcpHandles()).not.toBeNull();
});
