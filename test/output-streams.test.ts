import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';
import type { Scenario } from './support/cli.js';
import { soundRun } from './support/sound-runs.js';

const SCENARIO: Scenario = {
  name: 'streams',
  target: 'embedded',
  connect: { connections: 5, rate: '100/s' },
  subscribe: [{ destination: '/topic/a' }],
  publish: [{ destination: '/topic/a', rate: '20/s' }],
  hold: '300ms',
};

// What the shell itself says of the end comes by the stream that still goes on.
const STDERR_CLOSED = 'exec 3>&1; { "$@" 2>&1 >/dev/null; echo "ended with $?" >&3; } | :';
const STDOUT_CLOSED = '{ "$@"; echo "ended with $?" >&2; } | :';

describe.concurrent('a run', { timeout: 80_000 }, () => {
  it('goes on to its end where nothing can be written to stderr', async ({ expect }) => {
    const { exitCode, result, run } = await soundRun(SCENARIO, [], { shell: 'exec "$@" 2>/dev/full' });
    expect(exitCode).toBe(0);
    expect(result.connections.complete).toBe(5);
    expect(existsSync(run.file('report.html'))).toBe(true);
    expect(run.stdout).toMatch(/^PASS {2}/);
  });

  it('goes on to its end where the reader of stderr has gone', async ({ expect }) => {
    const { result, run } = await soundRun(SCENARIO, [], { shell: STDERR_CLOSED });
    expect(run.stdout).toBe('ended with 0\n');
    expect(result.connections.complete).toBe(5);
  });

  it('has its own exit code where the reader of stdout has gone', async ({ expect }) => {
    const { result, run } = await soundRun(SCENARIO, ['--json', '--quiet'], { shell: STDOUT_CLOSED });
    expect(run.stderr).toBe('ended with 0\n');
    expect(result.connections.complete).toBe(5);
  });

  it('ends with 1 where stdout is lost, and has its reports', async ({ expect }) => {
    const { exitCode, result, run } = await soundRun(SCENARIO, ['--quiet'], {
      shell: 'exec "$@" >/dev/full',
    });
    expect(exitCode).toBe(1);
    expect(run.stderr).toBe('stompede: stdout could not be written: ENOSPC\n');
    expect(result.verdict.exitCode).toBe(0);
    expect(existsSync(run.file('report.html'))).toBe(true);
  });
});
