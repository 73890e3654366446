import type { RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import { formatMoment, targetOf } from '../facts.js';
import { formatMs } from '../format.js';
import { loadText } from '../plan-facts.js';
import { shownRun } from './repeats.js';

/** What the run was, for somebody who has never heard of it. */
export function pageHeader(result: RunResult): Markup {
  const { run, plan } = result;
  const runs = shownRun(result);
  const about: readonly (readonly [string, string])[] = [
    ['Target', targetOf(result)],
    ['Load', loadText(plan)],
    ['Started', formatMoment(run.startedAt)],
    ['Took', formatMs(run.durationMs)],
    ...(runs === null ? [] : [['Runs', runs] as const]),
  ];
  return escaped`<header><p class="brand">Load test of STOMP over WebSocket, by stompede</p>
<h1>${run.name}</h1>
<dl class="about">${about.map(([label, value]) => escaped`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></header>`;
}

/** Where to find what, of the sections that this report has, in their order. */
export function contents(main: string): Markup {
  const place = (id = ''): number => main.indexOf(` id="${id}"`);
  const sections = [
    ['thresholds', 'Thresholds'],
    ['comparison', 'Baseline'],
    ['runs', 'Runs'],
    ['findings', 'Findings'],
    ['glance', 'At a glance'],
    ['charts', 'Over time'],
    ['latencies', 'Latency'],
    ['failures', 'Failures'],
    ['addresses', 'Addresses'],
    ['details', 'Details'],
    ['plan', 'Plan and environment'],
  ]
    .filter(([id]) => place(id) >= 0)
    .sort(([a], [b]) => place(a) - place(b));
  return escaped`<nav aria-label="Contents"><ul>${sections.map(([id = '', title = '']) => escaped`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`;
}
