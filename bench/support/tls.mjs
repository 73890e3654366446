import { spawn } from 'node:child_process';
import path from 'node:path';

/** A lean server with TLS in a process of its own, for as long as `work(target)` takes; `target` is its address:port. */
export async function duringTlsSink(work) {
  const program = path.resolve(import.meta.dirname, '../clients/tls-sink.mjs');
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.on('close', resolve));
  try {
    return await work(await firstLine(child));
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => reject(new Error('the TLS sink could not start')));
    child.stdout.once('data', (line) => resolve(line.toString().trim()));
  });
}
