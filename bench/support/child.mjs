import { spawn } from 'node:child_process';

/**
 * Runs a program to its end.
 *
 * @param onStart is told its pid
 * @returns what it wrote; an Error, with the end of what it said of it, when it failed or took longer than `limitMs`
 */
export function run(program, args, { onStart = () => undefined, limitMs = 900_000, mayFail = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr = (stderr + text).slice(-4000)));
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.on('spawn', () => onStart(child.pid));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(limit);
      if (status === 0 || (mayFail && signal === null)) resolve({ stdout, stderr, status });
      else reject(new Error(`${program} ${args.join(' ')}: ${signal ?? `status ${status}`}\n${stderr}`));
    });
  });
}
