import { afterAll } from 'vitest';

const undos: (() => unknown)[] = [];

/** Undone at the end of the test file, the last one first, whatever became of its tests. */
export function undoLater(undo: () => unknown): void {
  undos.push(undo);
}

afterAll(async () => {
  for (const undo of undos.splice(0).reverse()) await undo();
});
