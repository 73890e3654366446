import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Installs packages of the distribution, unless the file that they are wanted for is there. */
export function ensureInstalled(file: string, ...packages: readonly string[]): void {
  if (existsSync(file)) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args: string[]): void => {
    execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  aptGet('update', '-qq');
  aptGet('install', '-qq', '-y', '--no-install-recommends', ...packages);
}
