import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../src/model/plan.js';
import { Cli } from './support/cli.js';
import { newFolder } from './support/folders.js';

async function validate(args: readonly string[], scenario?: string): Promise<Cli & { code: number | null }> {
  const cwd = newFolder();
  if (scenario !== undefined) writeFileSync(path.join(cwd, 'x.yaml'), scenario);
  const cli = new Cli(['validate', ...args], { cwd });
  return Object.assign(cli, { code: await cli.end(20_000) });
}

const SCENARIO = 'target: ws://127.0.0.1:1/ws\nthresholds:\n  - phases.connect.p99 < 250ms\n';

describe('stompede validate', () => {
  it('has the thresholds of the scenario and of the command line in its plan', async () => {
    const { code, stdout } = await validate(
      ['x.yaml', '--json', '--threshold', 'connections.failed < 1%', '--threshold', 'phases.tcp.max<1s'],
      SCENARIO,
    );
    expect(code).toBe(0);
    const { thresholds } = JSON.parse(stdout) as RunPlan;
    expect(thresholds.map(({ that, place }) => [that, place])).toEqual([
      ['phases.connect.p99 < 250ms', { file: 'x.yaml', line: 3, column: 5 }],
      ['connections.failed < 1%', { file: null, line: 0, column: 0 }],
      ['phases.tcp.max < 1s', { file: null, line: 0, column: 0 }],
    ]);
  });

  it('ends with 2 where a threshold is wrong, and says where and which one was meant', async () => {
    const { code, stdout, stderr } = await validate(
      ['x.yaml', '--threshold', 'deliveries.lots == 0'],
      SCENARIO.replace('250ms', '250'),
    );
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(
      '--threshold: thresholds[1]: found "deliveries.lots == 0": there is no such metric',
    );
    expect(stderr).toContain('did you mean deliveries.lost? stompede validate --metrics lists all of them');
    expect(stderr).toContain('x.yaml:3:29: thresholds[0]');
  });

  it('lists every metric without a scenario, and asks for one without --metrics', async () => {
    const metrics = await validate(['--metrics']);
    expect(metrics.code).toBe(0);
    expect(metrics.stdout).toMatch(
      /^ {2}connections\.failed +count, or % of connections\.attempted +connections/m,
    );
    const none = await validate([]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('there is no scenario to check');
  });
});
