import { spawn } from 'node:child_process';
import path from 'node:path';

/** A lean server with TLS in a process of its own: `target` is its address:port. */
export function startTlsSink() {
  const program = path.resolve(import.meta.dirname, '../clients/tls-sink.mjs');
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => reject(new Error('the TLS sink could not start')));
    child.stdout.once('data', (line) => {
      resolve({
        target: line.toString().trim(),
        stop: () =>
          new Promise((gone) => {
            child.on('close', gone);
            child.kill('SIGTERM');
          }),
      });
    });
  });
}
