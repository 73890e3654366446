import type { ArrivalStage, PublishPlan, RunPlan } from '../model/plan.js';
import type { Fact } from './facts.js';
import { formatBytes, formatCount, formatMs } from './format.js';

/** The load in a few words: "1,000 connections at 100/s, held 10 s; 3 messages/s". */
export function loadText({ connect, publish, holdMs }: RunPlan): string {
  const { connections, stages } = connect;
  const one = connections === 1 ? '1 connection' : `${formatCount(connections)} connections`;
  const rate = publish.reduce((sum, { ratePerSec }) => sum + ratePerSec, 0);
  const messages = rate === 0 ? '' : `; ${formatCount(Number(rate.toFixed(2)))} messages/s`;
  return `${one} at ${arrivals(stages)}, held ${formatMs(holdMs)}${messages}`;
}

/** What the scenario asked for, resolved, as far as a reader wants it without reading a plan. */
export function planFacts(plan: RunPlan): readonly Fact[] {
  const { connect, subscribe, publish, holdMs, client, disconnect } = plan;
  return [
    fact('connections', formatCount(connect.connections)),
    fact('arriving', arrivals(connect.stages)),
    fact('held', formatMs(holdMs)),
    fact('leaving', disconnect.ratePerSec === null ? 'all at once' : perSec(disconnect.ratePerSec)),
    fact('client', client),
    ...subscribe.map(({ destination }) => fact('subscribe to', destination)),
    ...publish.flatMap((entry) => [fact('publish to', entry.destination), fact('by', publishers(entry))]),
  ];
}

function publishers({ publishers: count, ratePerSec, sizeBytes }: PublishPlan): string {
  const who = count === 1 ? '1 publisher' : `${formatCount(count)} publishers`;
  return `${who}, ${perSec(ratePerSec)} of ${formatBytes(sizeBytes)}`;
}

function arrivals(stages: readonly ArrivalStage[]): string {
  return stages
    .filter((stage, i) => !goesOn(stage, stages[i + 1]))
    .map(({ fromPerSec, toPerSec, durationMs }) => {
      const rate =
        fromPerSec === toPerSec ? perSec(toPerSec) : `${perSec(fromPerSec)} to ${perSec(toPerSec)}`;
      return durationMs === null || stages.length === 1 ? rate : `${rate} for ${formatMs(durationMs)}`;
    })
    .join(', then ');
}

/** The last stage goes on at its rate without an end: where it was constant before, that is one and the same. */
function goesOn({ fromPerSec, toPerSec }: ArrivalStage, next: ArrivalStage | undefined): boolean {
  return next?.durationMs === null && fromPerSec === toPerSec && next.toPerSec === toPerSec;
}

function perSec(rate: number): string {
  return `${formatCount(Number(rate.toFixed(2)))}/s`;
}

function fact(label: string, value: string): Fact {
  return { label, value, tone: 'plain' };
}
