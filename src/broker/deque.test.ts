import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deque } from './deque.js';

describe('Deque', () => {
  it('does what an array does', () => {
    const operation = fc.constantFrom('push', 'push', 'push', 'unshift', 'shift', 'shift');
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const deque = new Deque<number>();
        const array: number[] = [];
        operations.forEach((name, index) => {
          if (name === 'shift') expect(deque.shift()).toBe(array.shift());
          else {
            deque[name](index);
            array[name](index);
          }
          expect(deque.length).toBe(array.length);
          expect(deque.peek()).toBe(array[0]);
        });
      }),
    );
  });
});
