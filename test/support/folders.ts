import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { undoLater } from './undo.js';

/** A folder of this test file's own, removed at its end. */
export function newFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stompede-test-'));
  undoLater(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
