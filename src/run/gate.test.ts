import { describe, expect, it } from 'vitest';
import { Gate } from './gate.js';

describe('Gate', () => {
  it('lets nobody pass before its condition holds, and everybody after', async () => {
    let state = 'waiting';
    const seen: string[] = [];
    const gate = new Gate(() => state === 'ready');
    void gate.passed.then(() => seen.push(state));
    gate.check();
    await Promise.resolve();
    expect(seen).toEqual([]);
    state = 'ready';
    gate.check();
    state = 'later';
    await gate.passed;
    expect(seen).toEqual(['later']);
  });
});
