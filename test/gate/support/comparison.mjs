import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { scenarioFor, serversOf } from './kinds.mjs';
import { run, startBroker } from './stompede.mjs';

/** One comparison by the real command line, with a broker process on each side. null: it was interrupted. */
export async function compareOnce(kind, number, pairs, signal) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stompede-proof-'));
  const startMs = performance.now();
  const brokers = [];
  try {
    const servers = serversOf(kind, number);
    for (const side of ['baseline', 'current']) brokers.push(await startBroker(servers[side], folder, side));
    const [baseline, current] = brokers;
    const scenario = path.join(folder, 'scenario.yaml');
    writeFileSync(scenario, JSON.stringify(scenarioFor(current.url)));
    const args = [scenario, '--out', path.join(folder, 'out'), '--json', '--quiet'];
    args.push('--repeat', String(pairs), '--baseline-target', baseline.url);
    const { code, stdout, stderr } = await run(args, signal);
    if (signal.aborted) return null;
    return { ...outcomeOf(code, stdout, stderr), tookSec: seconds(startMs), load: os.loadavg()[0] };
  } finally {
    await Promise.all(brokers.map((broker) => broker.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 0 and 7 are an answer. What has another code has not compared: it is tried again, and said. */
function outcomeOf(exitCode, stdout, stderr) {
  if (exitCode !== 0 && exitCode !== 7) {
    const said = stdout.startsWith('{') ? JSON.parse(stdout).verdict.headline : stderr.trim();
    return { exitCode, answered: false, said };
  }
  const { comparison, repeats, verdict } = JSON.parse(stdout);
  return {
    exitCode,
    answered: true,
    worse: exitCode === 7,
    verdict: comparison.verdict,
    said: verdict.headline,
    leftOut: repeats.filter(({ leftOut }) => leftOut).length,
    metrics: comparison.metrics.map(({ metric, verdict: its, change, low, high, scale }) => ({
      metric,
      verdict: its,
      scale,
      change,
      low,
      high,
    })),
  };
}

function seconds(sinceMs) {
  return Math.round((performance.now() - sinceMs) / 1000);
}
