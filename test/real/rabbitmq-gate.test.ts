import { readdirSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { type RabbitMq, startRabbitMq } from '../support/rabbitmq.js';
import { soundRun } from '../support/sound-runs.js';

let rabbit: RabbitMq;

beforeAll(async () => {
  rabbit = await startRabbitMq();
});

it('a gate with thresholds and a baseline’s target, both the same RabbitMQ, is kept, and has all kinds of reports', async () => {
  const { exitCode, result, run } = await soundRun(
    {
      name: 'rabbitmq-gate',
      target: rabbit.url,
      stomp: { login: 'guest', passcode: 'guest' },
      connect: { connections: 300, rate: '100/s' },
      subscribe: [{ destination: '/topic/gate.{{ index % 10 }}' }],
      publish: [{ destination: '/topic/gate.{{ seq % 10 }}', rate: '20/s', receipt: true }],
      hold: '2s',
      report: ['html', 'json', 'junit', 'markdown', 'csv', 'hlog'],
      thresholds: [
        'connections.complete == 100%',
        'phases.subscribe.failed < 0.1%',
        'deliveries.lost == 0',
        'publishing.receiptsMissing == 0',
        'failures.kind(stomp-error) == 0',
        { that: 'deliveries.latency.p50 < 5s', from: '3s', window: '1s' },
      ],
    },
    ['--repeat', '2', '--baseline-target', rabbit.url],
    { timeoutMs: 120_000 },
  );
  expect(exitCode, run.stdout + run.stderr).toBe(0);
  expect(result.thresholds.filter(({ implied }) => !implied).map(({ outcome }) => outcome)).toEqual(
    Array(6).fill('pass'),
  );
  expect(result.comparison).toMatchObject({ unit: 'pairs', baseline: { runs: 2 }, current: { runs: 2 } });
  expect(result.comparison?.metrics.map(({ metric }) => metric)).toContain('publishing.receipt.p50');
  expect(result.repeats?.map(({ of }) => of)).toEqual(['baseline', 'current', 'current', 'baseline']);
  expect(readdirSync(run.folder).sort()).toEqual(
    expect.arrayContaining([
      'junit.xml',
      'latencies.hlog',
      'report.html',
      'result.json',
      'series.csv',
      'summary.md',
    ]),
  );
});
