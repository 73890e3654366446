import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { passingRun } from '../report/testing/sample-result.js';
import { LiveMetrics } from './live-metrics.js';

/** At the end of a run it first says what it was too slow to say of the run before. */
const TOO_SLOW = `
  const { parentPort } = require('node:worker_threads');
  const runs = [];
  const say = (runId, problem) => {
    const pushes = { begun: 1, sent: 0, failed: 1, problem, sentThroughSec: null };
    parentPort.postMessage({ type: 'done', runId, pushes });
  };
  parentPort.postMessage({ type: 'open', port: null });
  parentPort.on('message', ({ type, run }) => {
    if (type === 'started') runs.push(run.runId);
    if (type === 'ended') runs.forEach((runId, i) => say(runId, 'of run ' + (i + 1)));
  });
`;

it('takes nothing that is said of the run before for a word about this one', async () => {
  const live = await LiveMetrics.open(
    {
      settings: {
        prometheus: null,
        otlpUrl: 'http://collector:4318/v1/metrics',
        pushEveryMs: 5000,
        version: '0',
      },
      variables: {},
      onNotice: () => undefined,
    },
    () => new Worker(TOO_SLOW, { eval: true }),
  );
  const { plan } = passingRun();
  for (const runId of ['first', 'second']) live.started({ runId, startedAt: new Date(0), plan });
  const said = await live.ended();
  await live.close();
  expect(said).toEqual([expect.stringContaining('the last that failed: of run 2')]);
});
